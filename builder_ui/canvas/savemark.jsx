// Whether everything the hand did has reached the draft: never says "Saved" while an edit is under way.
import { Cloud, CloudAlert, CloudOff, LoaderCircle, RotateCw } from "lucide-react";
import { useEffect } from "react";
import { sendAgain, useCanvas } from "./store.js";

// Seconds after which what broke is tried again by itself.
const AGAIN = 5;
const SHOWN = { offline: CloudOff, failed: CloudAlert, saving: LoaderCircle, saved: Cloud };

export function SaveMark({ connected, words }) {
  const waiting = useCanvas((state) => state.pending.length);
  const failed = useCanvas((state) => state.failed && state.pending.length > 0);
  const kind = !connected ? "offline" : failed ? "failed" : waiting ? "saving" : "saved";
  const Shown = SHOWN[kind];
  useEffect(() => {
    if (kind !== "failed") return undefined;
    const timer = setInterval(sendAgain, AGAIN * 1000);
    return () => clearInterval(timer);
  }, [kind]);
  const count = waiting === 1 ? words.one : words.several.replace("{count}", waiting);
  const text = kind === "offline" && waiting ? `${words.offline} · ${count}` : kind === "failed" ? `${words.failed} · ${count}` : words[kind];
  return (
    <span className={`savemark ${kind}`} role="status" data-state={kind}>
      <Shown size={16} aria-hidden="true" />
      <span>{text}</span>
      {kind === "failed" && (
        <button type="button" className="small-button savemark-again" onClick={sendAgain}>
          <RotateCw size={14} aria-hidden="true" />
          {words.again}
        </button>
      )}
    </span>
  );
}
