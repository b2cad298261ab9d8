// The ways of a split with their shares, which always come to 100 per cent.
import { Equal } from "lucide-react";
import { useState } from "react";
import { Add, inOrder, Remove } from "./choices.jsx";
import { useDraft, useFaults, useForm, useHeldValue } from "./draft.js";
import { Faults, Field } from "./field.jsx";
import { freshId } from "./ids.js";
import { even, filled, rebalanced, withOneMore } from "./shares.js";
import { Sortable } from "./sortable.jsx";

const letter = (number) => String.fromCharCode(65 + (number % 26));

export function SharesField({ field, id }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const [ways, put] = useHeldValue(field);
  // While a slider is pulled the page shows where it is; the draft hears of it once.
  const [pulled, setPulled] = useState(null);
  const shown = pulled ?? ways;
  const total = ways.reduce((sum, { share }) => sum + share, 0);
  const shared = (shares, of = ways) => of.map((way, at) => ({ ...way, share: shares[at] }));
  const shares = shown.map(({ share }) => share);
  const pull = (at, value) => setPulled(shared(rebalanced(shares, at, value)));
  const drop = () => {
    if (pulled) put(pulled);
    setPulled(null);
  };
  const add = () => {
    const fresh = { id: freshId("", "way", ways.map((way) => way.id)), title: letter(ways.length), share: 0 };
    put(shared(withOneMore(shares), [...ways, fresh]));
  };
  const titleOf = (way) => ways.find((one) => one.id === way)?.title || way;
  return (
    <Field id={id} path={field.name} label={field.title} help={field.help} group>
      <div className="shares-bar" aria-hidden="true">
        {shown.map(({ id: way, title, share }, at) => (
          <span key={way} className={`share-${at % 6}`} style={{ flexGrow: share }}>
            {share >= 12 && `${title} ${share}%`}
          </span>
        ))}
      </div>
      <Sortable ids={ways.map((way) => way.id)} titleOf={titleOf} disabled={form.locked} onOrder={(ids) => put(inOrder(ways, ids))}>
        {(way, handle) => {
          const at = shown.findIndex((one) => one.id === way);
          return (
            <Way
              id={`${id}-${way}`}
              path={`${field.name}.${way}`}
              way={shown[at]}
              number={at}
              alone={ways.length < 2}
              handle={handle}
              onTitle={(title) => put(ways.map((one) => (one.id === way ? { ...one, title } : one)))}
              onPull={(value) => pull(at, value)}
              onDrop={drop}
              onShare={(value) => put(shared(rebalanced(shares, at, value)))}
              onRemove={() => {
                const left = ways.filter((one) => one.id !== way);
                put(shared(filled(left.map(({ share }) => share)), left));
              }}
            />
          );
        }}
      </Sortable>
      {total !== 100 && ways.length > 0 && <Faults id={`${id}-sum`} faults={[{ severity: "error", message: words.shares_sum.replace("{number}", total) }]} />}
      {!form.locked && (
        <div className="form-row">
          {ways.length < (field.max_length ?? Infinity) && <Add label={words.add_way} onClick={add} />}
          {ways.length > 1 && (
            <button type="button" className="form-quiet" onClick={() => put(shared(even(ways.length)))}>
              <Equal size={14} aria-hidden="true" />
              {words.split_evenly}
            </button>
          )}
        </div>
      )}
    </Field>
  );
}

function Way({ id, path, way, number, alone, handle, onTitle, onPull, onDrop, onShare, onRemove }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const faults = useFaults(path);
  const title = useDraft(way.title, onTitle);
  const share = useDraft(String(way.share), (text) => {
    const value = Number(text.replace("%", "").replace(",", ".").trim());
    if (!text.trim() || Number.isNaN(value)) return String(way.share);
    onShare(value);
    return String(Math.max(0, Math.min(100, Math.round(value))));
  });
  const named = words.share_of.replace("{name}", way.title || way.id);
  return (
    <div className="form-row-item">
      <div className="form-row">
        {handle}
        <span className={`share-dot share-${number % 6}`} aria-hidden="true" />
        <input {...title.props} className="input grow" aria-label={words.way_name.replace("{number}", number + 1)} maxLength={80} disabled={form.locked} dir="auto" autoComplete="off" />
        <span className="form-number share-number">
          <input {...share.props} className="input" aria-label={named} inputMode="numeric" disabled={form.locked || alone} autoComplete="off" />
          <span aria-hidden="true">%</span>
        </span>
        {!form.locked && !alone && <Remove label={words.remove_it.replace("{name}", way.title || way.id)} onClick={onRemove} />}
      </div>
      {!alone && (
        <input
          type="range"
          className={`share-range share-${number % 6}`}
          style={{ "--part": `${way.share}%` }}
          min={0}
          max={100}
          value={way.share}
          aria-label={words.slider_of.replace("{name}", named)}
          disabled={form.locked}
          onChange={(event) => onPull(Number(event.target.value))}
          onPointerUp={onDrop}
          onKeyUp={onDrop}
          onBlur={onDrop}
        />
      )}
      <Faults id={`${id}-fault`} faults={faults} />
    </div>
  );
}
