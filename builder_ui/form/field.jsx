// A field's frame: what it is called, what helps, what is wrong with it.
import { CircleAlert, TriangleAlert } from "lucide-react";
import { useFaults } from "./draft.js";

export function Field({ id, path, label, help, inline, group, extra, children }) {
  const faults = useFaults(path);
  const Named = group ? "div" : "label";
  const naming = group ? { id: `${id}-label` } : { htmlFor: id };
  return (
    <div className={`form-field${inline ? " inline" : ""}`} data-field={path} role={group ? "group" : undefined} aria-labelledby={group ? `${id}-label` : undefined}>
      <div className="form-label">
        <Named {...naming}>{label}</Named>
        {extra}
      </div>
      {children}
      {help && (
        <p className="form-help" id={`${id}-help`}>
          {help}
        </p>
      )}
      <Faults id={`${id}-fault`} faults={faults} />
    </div>
  );
}

export function Faults({ id, faults }) {
  return (
    <div id={id} className="form-faults" role="status">
      {faults.map(({ severity, message }) => (
        <p key={message} className={`form-fault ${severity}`}>
          {severity === "error" ? <CircleAlert size={14} aria-hidden="true" /> : <TriangleAlert size={14} aria-hidden="true" />}
          <span>{message}</span>
        </p>
      ))}
    </div>
  );
}

// What joins a control to its help and its fault.
export const described = (id, help, faults) => ({
  id,
  "aria-describedby": `${help ? `${id}-help ` : ""}${id}-fault`,
  "aria-invalid": faults.some(({ severity }) => severity === "error") || undefined,
});
