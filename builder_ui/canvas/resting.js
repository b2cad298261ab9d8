// What a key does that is pressed again and again goes up once the fingers rest; at once when anything else is to come
// after it: undo, what the pointer does, leaving the page.
import { useEffect } from "react";

const REST = 300;
const waiting = new Map();

export function whenAtRest(run) {
  clearTimeout(waiting.get(run));
  waiting.set(run, setTimeout(() => done(run), REST));
}

export function rest() {
  for (const run of [...waiting.keys()]) done(run);
}

function done(run) {
  clearTimeout(waiting.get(run));
  waiting.delete(run);
  run();
}

export function useRest() {
  useEffect(() => {
    for (const name of ["pointerdown", "beforeunload"]) addEventListener(name, rest, true);
    return () => {
      for (const name of ["pointerdown", "beforeunload"]) removeEventListener(name, rest, true);
    };
  }, []);
}
