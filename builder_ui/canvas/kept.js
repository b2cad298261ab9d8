// How somebody likes their canvas, remembered on this machine.
import { create } from "zustand";

const PLACE = "parley-canvas";

function read() {
  try {
    return JSON.parse(localStorage.getItem(PLACE)) ?? {};
  } catch {
    return {};
  }
}

// slim: the palette is only icons; map: the minimap is shown; hand: dragging the ground moves the view.
export const useKept = create(() => ({ slim: false, map: true, hand: false, ...(globalThis.localStorage ? read() : {}) }));

export const kept = useKept.getState;

export function keep(changes) {
  useKept.setState(changes);
  localStorage.setItem(PLACE, JSON.stringify(kept()));
}
