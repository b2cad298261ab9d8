// What one has typed or put together before the server has it.
import { createContext, useContext, useEffect, useRef, useState } from "react";
import { goingOutFrom, snapshot } from "./based.js";

export const FormContext = createContext(null);
export const useForm = () => useContext(FormContext);

const PAUSE = 600;

// Whether a value from the server is only the echo of what was sent, with newer ones still on their way.
function isEcho(pending, value) {
  const place = pending.indexOf(value);
  if (place < 0) {
    pending.length = 0;
    return false;
  }
  pending.splice(0, place + 1);
  return pending.length > 0;
}

// A line of text that is sent on leaving it or on Enter (`pause`: also when the fingers rest). While one types, what
// comes from the server (undo, somebody else) waits; else it is shown. `commit` may give back the text as it is
// written properly.
export function useDraft(value, commit, pause = false) {
  const form = useContext(FormContext)?.form;
  const [text, setText] = useState(value);
  const state = useRef({ text: value, sent: value, typing: false, timer: 0, pending: [] }).current;
  state.commit = commit;

  const show = (next) => {
    state.text = next;
    setText(next);
  };
  const send = () => {
    clearTimeout(state.timer);
    state.typing = false;
    if (state.text === state.sent) return;
    state.sent = state.text;
    state.pending.push(state.text);
    const written = goingOutFrom(state.seen ?? snapshot(form), () => state.commit(state.text));
    if (typeof written === "string" && written !== state.text) {
      state.pending.splice(-1, 1, written);
      state.sent = written;
      show(written);
    }
  };
  const change = (next) => {
    if (!state.typing) state.seen = snapshot(form);
    state.typing = true;
    show(next);
    clearTimeout(state.timer);
    if (pause) state.timer = setTimeout(send, PAUSE);
  };
  useEffect(() => {
    if (isEcho(state.pending, value)) return;
    state.sent = value;
    if (!state.typing) show(value);
  }, [value]);
  useEffect(() => {
    // Leaving the page, too, comes after the words: at once, before the canvas looks for what has no answer yet.
    const leave = () => state.typing && send();
    addEventListener("beforeunload", leave, true);
    return () => {
      removeEventListener("beforeunload", leave, true);
      leave();
    };
  }, []);

  const press = (event) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && (!pause || event.metaKey || event.ctrlKey)) send();
    else if (event.key === "Escape") {
      clearTimeout(state.timer);
      state.typing = false;
      show(state.sent);
    }
  };
  return {
    text,
    change,
    send,
    props: { value: text, onChange: (event) => change(event.target.value), onBlur: send, onKeyDown: press },
  };
}

// A value put together by choices: shown at once, sent with each change; where more goes with it, by another `send`.
export function useHeld(value, commit) {
  const [held, setHeld] = useState(value);
  const state = useRef({ pending: [] }).current;
  const written = JSON.stringify(value ?? null);
  useEffect(() => {
    if (!isEcho(state.pending, written)) setHeld(value);
  }, [written]);
  const put = (next, send = commit) => {
    if (JSON.stringify(next ?? null) === JSON.stringify(held ?? null)) return;
    state.pending.push(JSON.stringify(next ?? null));
    setHeld(next);
    goingOutFrom({ held }, () => send(next));
  };
  return [held, put];
}

// A field's value in the draft, and how to set it.
export function useValue(field) {
  const { form, edit } = useForm();
  const set = (value) => edit({ op: "set", node: form.node, field: field.name, value });
  return [form.config[field.name], set];
}

// The same for a value put together by choices.
export const useHeldValue = (field) => useHeld(...useValue(field));

// What is wrong at a field: the last edit if it was refused, else the problems of the draft.
export function useFaults(path) {
  const { form } = useForm();
  const refused = form.refused[path];
  const found = form.problems[path] ?? [];
  return refused ? [{ severity: "error", message: refused }] : found;
}
