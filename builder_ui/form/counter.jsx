// The length of a text: a number; near a channel's limit or over it, which channel; opened, all of them.
import { useState } from "react";
import { useForm } from "./draft.js";
import { measured, standing } from "./measure.js";

export function Counter({ length, kind, most }) {
  const { form, lists } = useForm();
  const { words } = lists;
  const [open, setOpen] = useState(false);
  const channels = measured(length, kind, lists.limits, form.channels ?? []);
  const { state, told } = standing(length, channels);
  const cut = most && length > most;
  if (!length && !open) return null;
  const said = told.map(({ title, limit }) => `${title} ${limit}`).join(", ");
  return (
    <span className="form-counter">
      <button
        type="button"
        className={`form-count ${cut ? "over" : state}`}
        aria-expanded={open}
        aria-label={[words.length_is.replace("{count}", length), state === "over" && words.too_long_for.replace("{name}", said)].filter(Boolean).join(". ")}
        title={words.length_title}
        onClick={() => setOpen(!open)}
      >
        {state === "over" ? `${length} · ${words.too_long_for.replace("{name}", said)}` : state === "near" ? `${length} / ${told[0].limit} ${told[0].title}` : length}
      </button>
      {open && (
        <span className="floating form-limits" role="group" aria-label={words.length_title}>
          {channels.map(({ title, limit, over }) => (
            <span key={title} className={over ? "over" : undefined}>
              <span>{title}</span>
              <span className="form-limit-bar" aria-hidden="true">
                <span style={{ width: `${Math.min(100, (100 * length) / limit)}%` }} />
              </span>
              <span className="form-limit-number">
                {length} / {limit}
              </span>
            </span>
          ))}
        </span>
      )}
    </span>
  );
}
