// The list of keys: every act, as the table of acts has it, and what the pointer can do.
import { X } from "lucide-react";
import { ACTS, GESTURES, SECTIONS, writtenKey } from "./acts.js";
import { Window, close } from "./dialogs.jsx";
import { useCanvas } from "./store.js";

// The four arrows are one thing.
const gathered = (keys) =>
  keys.length === 4 ? [`${writtenKey(keys[0]).slice(0, -1)}← → ↑ ↓`] : keys.map(writtenKey);

export function KeysDialog() {
  const words = useCanvas((state) => state.words);
  return (
    <Window title={words.act_keys} kind="wide">
      <header className="window-head">
        <h2>{words.act_keys}</h2>
        <button type="button" className="icon-button" aria-label={words.close} onClick={close}>
          <X size={16} aria-hidden="true" />
        </button>
      </header>
      <div className="keys">
        {SECTIONS.map((section) => (
          <section key={section}>
            <h3>{words[`section_${section}`]}</h3>
            <dl>
              {ACTS.filter((entry) => entry.section === section).map(({ id, keys }) => (
                <div key={id}>
                  <dt>{words[`act_${id}`]}</dt>
                  <dd>
                    {gathered(keys).map((key) => (
                      <kbd key={key}>{key}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
        <section>
          <h3>{words.section_pointer}</h3>
          <dl>
            {GESTURES.map((id) => (
              <div key={id}>
                <dt>{words[`hand_${id}`]}</dt>
                <dd className="gesture">{words[`hand_${id}_by`]}</dd>
              </div>
            ))}
          </dl>
        </section>
      </div>
    </Window>
  );
}
