// A finger held still opens the menu that the mouse's other button opens.
import { useEffect } from "react";

const HELD = 500;
const STILL = 10;

export function useLongPress(box, open) {
  useEffect(() => {
    const surface = box.current;
    let timer = 0;
    let start = null;
    const stop = () => {
      clearTimeout(timer);
      start = null;
    };
    const down = (event) => {
      stop();
      // A second finger zooms.
      if (event.pointerType !== "touch" || !event.isPrimary) return;
      start = { x: event.clientX, y: event.clientY };
      timer = setTimeout(() => open(event.target, start), HELD);
    };
    const move = ({ clientX, clientY }) => {
      if (start && Math.hypot(clientX - start.x, clientY - start.y) > STILL) stop();
    };
    const listeners = [["pointerdown", down], ["pointermove", move], ["pointerup", stop], ["pointercancel", stop]];
    for (const [name, listener] of listeners) surface.addEventListener(name, listener, true);
    return () => {
      stop();
      for (const [name, listener] of listeners) surface.removeEventListener(name, listener, true);
    };
  }, []);
}

let down = null;

// Listeners for what takes a finger's touches for itself, so that a tap on it makes no click.
export const tapping = (run) => ({
  onPointerDown: ({ clientX, clientY }) => (down = [clientX, clientY]),
  onPointerUp: (event) => {
    const { pointerType, clientX, clientY } = event;
    if (pointerType === "touch" && down && Math.hypot(clientX - down[0], clientY - down[1]) < STILL) run(event);
    down = null;
  },
});
