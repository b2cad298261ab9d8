// Hours by themselves, outside the editor: the page hears of each change.
import "./form.css";
import "./pieces.css";
import "./widgets.css";
import { useMemo } from "react";
import { byName } from "./by_name.js";
import { FormContext, useHeld } from "./draft.js";
import { Hours } from "./hours.jsx";

export function TeamHours({ hours, lists, locked, onHours }) {
  const sorted = useMemo(() => byName(lists), [lists]);
  // A second change before the first is answered goes out from the first.
  const [value, put] = useHeld(hours, onHours);
  if (!lists?.words) return null;
  return (
    <FormContext.Provider value={{ form: { node: "", locked: Boolean(locked) }, lists: sorted }}>
      <div className="form form-alone">
        <Hours id="team-hours" value={value} put={put} />
      </div>
    </FormContext.Provider>
  );
}
