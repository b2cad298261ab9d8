// The room around a zone that files are dropped on: while some are on their way it says so, and takes no others.
//
// Reflex keeps one upload at a time for each zone, and forgets what is dropped meanwhile without a word.
import { useSyncExternalStore } from "react";
import { refs } from "$/utils/state";

// Reflex tells nobody when an upload has ended; milliseconds between two looks whether its own mark of it is gone.
const LOOK = 100;

// What is on its way: the share of its bytes that has gone up, 0 to 1, by the zone's id. The dialog that a zone stands in
// may be closed and opened meanwhile.
const shares = new Map();
const listeners = new Set();

function tell(zone, share) {
  if (share === null) shares.delete(zone);
  else shares.set(zone, share);
  for (const listener of listeners) listener();
}

function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

// What the page's events tell of an upload.
export const uploads = {
  sent: (zone, share) => shares.has(zone) && tell(zone, share),
  begun(zone) {
    const timer = setInterval(() => {
      if (refs[`__upload_controllers_${zone}`]) return;
      clearInterval(timer);
      tell(zone, null);
    }, LOOK);
  },
};

const hasFiles = ({ dataTransfer, target }) => (dataTransfer ? dataTransfer.types.includes("Files") : Boolean(target.files));
const bytesOf = ({ dataTransfer, target }) => [...(dataTransfer ?? target).files].reduce((sum, file) => sum + file.size, 0);

// The same file may be chosen again, mended: the browser tells only of others than the field has.
const forget = ({ target }) => {
  if (target.type === "file") target.value = "";
};

export function DropRoom({ zone, words, most, onRefused, onTooMuch, children }) {
  const current = () => shares.get(zone) ?? null;
  const share = useSyncExternalStore(listen, current, current);
  const busy = share !== null;
  // Before the zone sees them: what comes too soon is refused aloud, and the zone is busy from this very moment.
  const come = (event) => {
    if (!hasFiles(event)) return;
    const free = current() === null;
    if (free && bytesOf(event) <= most) {
      tell(zone, 0);
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    forget(event);
    // The server would refuse too much without a look at it, and Reflex tells nobody of that.
    if (free) onTooMuch();
    else onRefused();
  };
  const choose = (event) => {
    if (busy) event.preventDefault();
    else forget(event);
  };
  return (
    <label className="drop-label" aria-busy={busy} onDropCapture={come} onChangeCapture={come} onClickCapture={choose}>
      {children}
      {busy && (
        <span className="drop-busy" role="status">
          {words}
          <span className="meter" aria-hidden="true">
            <span className="meter-value" style={{ width: `${100 * share}%` }} />
          </span>
        </span>
      )}
    </label>
  );
}
