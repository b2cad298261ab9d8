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
