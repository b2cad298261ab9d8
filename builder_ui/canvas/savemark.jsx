// Whether everything the hand did has reached the draft: never says "Saved" while an edit is under way.
import { Cloud, CloudOff, LoaderCircle } from "lucide-react";
import { useCanvas } from "./store.js";

export function SaveMark({ connected, words }) {
  const waiting = useCanvas((state) => state.pending.length);
  const [kind, Shown] = !connected ? ["offline", CloudOff] : waiting ? ["saving", LoaderCircle] : ["saved", Cloud];
  const text = kind === "offline" && waiting ? words.waiting.replace("{count}", waiting) : words[kind];
  return (
    <span className={`savemark ${kind}`} role="status" data-state={kind}>
      <Shown size={16} aria-hidden="true" />
      <span>{text}</span>
    </span>
  );
}
