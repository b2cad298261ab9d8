// Hours by themselves, outside the editor: the page hears of each change.
import "./form.css";
import "./pieces.css";
import "./widgets.css";
import { useMemo } from "react";
import { FormContext } from "./draft.js";
import { Hours } from "./hours.jsx";
import { inOrder } from "./in_order.js";

export function TeamHours({ hours, lists, locked, onHours }) {
  const sorted = useMemo(() => inOrder(lists), [lists]);
  if (!lists?.words) return null;
  return (
    <FormContext.Provider value={{ form: { node: "", locked: Boolean(locked) }, lists: sorted }}>
      <div className="form form-alone">
        <Hours id="team-hours" value={hours} put={onHours} />
      </div>
    </FormContext.Provider>
  );
}
