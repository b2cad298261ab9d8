// Who gets the keyboard when what had it is taken away: the browser would give it to the page, at its very beginning.
import { useEffect, useLayoutEffect } from "react";

const CONTROLS = "button, input, textarea, select, summary, a[href], [tabindex='0']";

const enabled = (control) => !control.disabled && control.checkVisibility();
const within = (node) =>
  node.nodeType === Node.ELEMENT_NODE ? [...(node.matches(CONTROLS) ? [node] : []), ...node.querySelectorAll(CONTROLS)].filter(enabled) : [];

// The control nearest to where `lost` was, which went with this mutation: the same one of what follows, else whatever
// follows, else what stands before; null when nothing of `root` is left.
function heirOf(lost, { target, nextSibling, previousSibling }, root) {
  for (let [after, before, parent] = [nextSibling, previousSibling, target]; root.contains(parent); ) {
    for (let node = after; node; node = node.nextSibling) {
      const found = within(node);
      if (found.length) return found.find((one) => one.ariaLabel && one.ariaLabel === lost.ariaLabel) ?? found[0];
    }
    for (let node = before; node; node = node.previousSibling) {
      const found = within(node);
      if (found.length) return found.findLast((one) => one.ariaLabel && one.ariaLabel === lost.ariaLabel) ?? found.at(-1);
    }
    [after, before, parent] = [parent.nextSibling, parent.previousSibling, parent.parentElement];
  }
  return null;
}

// Watches over what is in the element that `find` gives; `key` says when that is another one.
export function useHeir(find, key) {
  useEffect(() => {
    const box = find();
    if (!box) return undefined;
    let had = null;
    const hold = ({ target }) => (had = box.contains(target) ? target.closest(CONTROLS) : null);
    const look = (mutations) => {
      if (!had || had.isConnected) return;
      const gone = mutations.find(({ removedNodes }) => [...removedNodes].some((node) => node.contains(had)));
      if (!gone || document.activeElement !== document.body) return;
      (heirOf(had, gone, box) ?? document.getElementById("main"))?.focus({ preventScroll: true });
    };
    const watch = new MutationObserver(look);
    watch.observe(box, { childList: true, subtree: true });
    document.addEventListener("focusin", hold);
    document.addEventListener("pointerdown", hold, true);
    return () => {
      watch.disconnect();
      document.removeEventListener("focusin", hold);
      document.removeEventListener("pointerdown", hold, true);
    };
  }, [key]);
}

// Has what floats over the canvas give the keyboard to the page's main part when it goes.
export function useGivenBack(box) {
  useLayoutEffect(() => {
    const going = box.current;
    return () => {
      if (going.contains(document.activeElement)) document.getElementById("main")?.focus({ preventScroll: true });
    };
  }, []);
}
