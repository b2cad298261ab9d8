// At the canvas's foot: zoom, fit, tidy, and the list of keys.
import { useStore } from "@xyflow/react";
import { Keyboard, Maximize, Minus, Network, Plus, StickyNote } from "lucide-react";
import { byId, writtenKey } from "./acts.js";
import { useCanvas } from "./store.js";

export function Toolbar() {
  const words = useCanvas((state) => state.words);
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  const button = (id, Shown) => (
    <button type="button" className="icon-button" aria-label={words[`act_${id}`]} title={`${words[`act_${id}`]} (${writtenKey(byId[id].keys[0])})`} onClick={byId[id].run}>
      <Shown size={16} aria-hidden="true" />
    </button>
  );
  return (
    <div className="canvas-toolbar" role="toolbar" aria-label={words.view}>
      {button("zoom_out", Minus)}
      <button type="button" className="icon-button zoom" title={words.act_zoom_whole} onClick={byId.zoom_whole.run}>
        {zoom}%
      </button>
      {button("zoom_in", Plus)}
      {button("fit", Maximize)}
      <span className="toolbar-gap" />
      {button("tidy", Network)}
      {button("note", StickyNote)}
      {button("keys", Keyboard)}
    </div>
  );
}
