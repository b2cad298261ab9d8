// What an empty flow says: three ways to begin.
import { MessageSquare, Plus, Sparkles } from "lucide-react";
import { byId, writtenKey } from "./acts.js";
import { Chooser, Window, close } from "./dialogs.jsx";
import { add, page, useCanvas } from "./store.js";

export function EmptyHint() {
  const words = useCanvas((state) => state.words);
  const starters = useCanvas((state) => state.starters);
  return (
    <section className="canvas-begin" aria-label={words.begin}>
      <h2>{words.begin}</h2>
      <p>{words.empty}</p>
      <div className="begin-ways">
        <button type="button" onClick={() => add("welcome")}>
          <MessageSquare size={20} aria-hidden="true" />
          <strong>{words.begin_welcome}</strong>
          <span>{words.begin_welcome_help}</span>
        </button>
        <button type="button" onClick={() => useCanvas.setState({ dialog: { kind: "add" } })}>
          <Plus size={20} aria-hidden="true" />
          <strong>
            {words.begin_any} <kbd>{writtenKey(byId.add.keys[0])}</kbd>
          </strong>
          <span>{words.begin_any_help}</span>
        </button>
        {starters.length > 0 && (
          <button type="button" onClick={() => useCanvas.setState({ dialog: { kind: "starters" } })}>
            <Sparkles size={20} aria-hidden="true" />
            <strong>{words.begin_starter}</strong>
            <span>{words.begin_starter_help}</span>
          </button>
        )}
      </div>
    </section>
  );
}

export function StartersDialog() {
  const words = useCanvas((state) => state.words);
  const starters = useCanvas((state) => state.starters);
  const begin = ({ id }) => {
    close();
    page.act(`begin/${id}`);
  };
  return (
    <Window title={words.begin_starter}>
      <Chooser title={words.begin_starter} items={starters.map((one) => ({ ...one, key: one.id, tall: true }))} onChoose={begin} />
    </Window>
  );
}
