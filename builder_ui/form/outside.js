// What is open closes when something outside of it is pressed.
import { useEffect } from "react";

export function useOutside(root, open, close) {
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event) => !root.current.contains(event.target) && close();
    document.addEventListener("pointerdown", outside);
    return () => document.removeEventListener("pointerdown", outside);
  }, [open]);
}
