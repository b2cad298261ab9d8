// At the canvas's foot: how the hand works, zoom, what is shown, tidy, find, and the list of keys.
import { useStore } from "@xyflow/react";
import { Minus, Plus } from "lucide-react";
import { byId } from "./acts.js";
import { useKept } from "./kept.js";
import { ActButton } from "./overlay.jsx";
import { useCanvas } from "./store.js";

export function Toolbar() {
  const words = useCanvas((state) => state.words);
  const locked = useCanvas((state) => state.locked);
  const { hand, map } = useKept();
  const zoom = useStore((state) => Math.round(state.transform[2] * 100));
  return (
    <div className="floating canvas-bar canvas-toolbar" role="toolbar" aria-label={words.view}>
      <ActButton entry={byId.hand} pressed={hand} />
      <span className="toolbar-gap" />
      <ActButton entry={{ ...byId.zoom_out, icon: Minus }} />
      <button type="button" className="icon-button zoom" title={words.act_zoom_whole} onClick={byId.zoom_whole.run}>
        {zoom}%
      </button>
      <ActButton entry={{ ...byId.zoom_in, icon: Plus }} />
      <ActButton entry={byId.fit} />
      <ActButton entry={byId.minimap} pressed={map} className="not-phone" />
      <span className="toolbar-gap" />
      {!locked && <ActButton entry={byId.tidy} />}
      {!locked && <ActButton entry={byId.note} />}
      <ActButton entry={byId.find} />
      <ActButton entry={byId.keys} className="not-phone" />
    </div>
  );
}
