// Two people in one flow. `confirmed` is the flow as the server has it, `pending` are the edits of this hand that the
// server has not answered; what is shown is the one with the others on top. Pure: no React, no clock.
//
// The server's order is the truth. An edit of this hand stays in `pending`, by its number, until the server says that
// it was done, refused, or that something broke; so none is lost and, as the server knows the last number it took,
// none is done twice.
import { apply, edgeKey, empty, read, receive } from "./document.js";

export const unsynced = { seq: 0, sent: 0, pending: [], confirmed: empty, document: empty, failed: false };

// Each gives the state that follows. `look(id, config)` is the view of a node that the server has not described yet.

export function loaded(state, { seq, done, document, views }, look) {
  const pending = state.pending.filter(({ number }) => number > done);
  const sent = Math.max(state.sent, done, ...pending.map(({ number }) => number));
  return shown({ seq, sent, pending, confirmed: read(document, views), failed: false }, look);
}

// Several patches may arrive at once. Null: one has been missed, the whole flow is needed.
export function received(state, patches, look) {
  const news = patches.filter(({ seq }) => seq > state.seq);
  if (!news.length) return state;
  if (news[0].seq > state.seq + 1) return null;
  let { confirmed, pending, failed } = state;
  for (const { number, refused, failed: broke, views, change } of news) {
    const own = pending.find((entry) => entry.number === number);
    if (broke) failed = true;
    else if (own) {
      pending = pending.filter((entry) => entry !== own);
      failed = false;
      // `change` holds what this edit did, too; without one the server did exactly what the hand had done.
      if (!refused && !change) confirmed = apply(confirmed, own.edit, look);
    }
    confirmed = receive(confirmed, views, change);
  }
  return shown({ ...state, seq: news.at(-1).seq, pending, confirmed, failed }, look);
}

// A finished act of the hand. Goes up as `pending.at(-1)`.
export function acted(state, edit, look) {
  const number = state.sent + 1;
  const entry = { edit: based(edit, state.document), number };
  return { ...state, sent: number, pending: [...state.pending, entry], document: apply(state.document, entry.edit, look) };
}

function shown(state, look) {
  return { ...state, document: state.pending.reduce((document, { edit }) => apply(document, edit, look), state.confirmed) };
}

// The edit with what it goes out from, so that the server can tell whether somebody else was faster.
function based(edit, document) {
  switch (edit.op) {
    case "batch":
      return { ...edit, edits: edit.edits.map((one) => based(one, document)) };
    case "connect":
    case "disconnect":
      return { base: document.edges[edgeKey(edit.source, edit.port)]?.target ?? "", ...edit };
    case "note":
      return { base: document.notes[edit.id] ?? null, ...edit };
    default:
      return edit;
  }
}
