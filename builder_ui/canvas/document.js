// The flow as the canvas knows it, and what an edit does to it. Pure: no React, no clock.
//
// A document is {nodes: {id: [x, y]}, views: {id: view}, edges: {key: {source, port, target}}, start,
// notes: {id: {text, at, width?}}}. The operations are those of `flows.edit`; what only changes a node's configuration
// changes nothing here until the server sends the node's new view.

export const edgeKey = (source, port) => `${source}/${port}`;

// Notes stand among the nodes on the surface, under ids of their own.
const NOTE = "note:";
export const noteId = (key) => NOTE + key;
// The note's key, null for the id of a node.
export const noteKey = (id) => (id.startsWith(NOTE) ? id.slice(NOTE.length) : null);

// The edit that gives a note another width.
export function withWidth({ notes }, id, width) {
  const key = noteKey(id);
  const { text, at } = notes[key];
  return { op: "note", id: key, text, at, width };
}

export const empty = { nodes: {}, views: {}, edges: {}, start: "", notes: {} };

export function read({ nodes, edges, start, notes }, views) {
  const keyed = {};
  for (const [source, port, target] of edges) keyed[edgeKey(source, port)] = { source, port, target };
  return { nodes, views, edges: keyed, start, notes };
}

// The document with an edit applied; what the edit finds no longer there it leaves alone.
// `look(id, config)` gives the view of a node that the server has not described yet.
export function apply(document, edit, look) {
  const draft = new Draft(document);
  fold(draft, edit, look);
  return draft.document;
}

// Takes in what the server applied: new views, and `change` where it did more than the hand had done already.
// {places: {id: [x, y] or null}, gone: [ids], edges: [[source, port, target or null]], notes: {id: note or null}, start}
export function receive(document, views, change) {
  const draft = new Draft(document);
  for (const [id, view] of Object.entries(views)) {
    if (!(id in document.nodes) && !change) continue;
    draft.put("views", id, view);
    if (!(id in document.nodes)) draft.put("nodes", id, change.places[id] ?? [0, 0]);
  }
  if (!change) return draft.document;
  for (const id of change.gone) {
    draft.put("nodes", id, undefined);
    draft.put("views", id, undefined);
  }
  for (const [id, at] of Object.entries(change.places)) if (at && id in draft.document.nodes) draft.put("nodes", id, at);
  for (const [source, port, target] of change.edges)
    draft.put("edges", edgeKey(source, port), target ? { source, port, target } : undefined);
  for (const [id, note] of Object.entries(change.notes)) draft.put("notes", id, note ?? undefined);
  if (change.start !== null) draft.begin(change.start);
  return draft.document;
}

// Why an edge may not be drawn, or "" when it may.
export function refusal(document, { source, port, target }) {
  if (!(source in document.nodes) || !(target in document.nodes)) return "gone";
  if (source === target) return "itself";
  if (!document.views[source]?.ports.some(({ id }) => id === port)) return "gone";
  if (document.edges[edgeKey(source, port)]?.target === target) return "already";
  return "";
}

// The edits that bring nodes and notes to these places {id: [x, y]}; none for what stands there or is gone.
export function moving({ nodes, notes }, places) {
  const to = {};
  const edits = [];
  for (const [id, at] of Object.entries(places)) {
    const key = noteKey(id);
    const was = key === null ? nodes[id] : notes[key]?.at;
    if (!was || String(was) === String(at)) continue;
    if (key === null) to[id] = at;
    else edits.push({ op: "note", id: key, text: notes[key].text, at });
  }
  return Object.keys(to).length ? [{ op: "move", to }, ...edits] : edits;
}

// What people call each node, by name: [{value: id, title}]; those of the same name are told apart by a number.
export function titled(views) {
  const { compare } = new Intl.Collator();
  const found = Object.values(views).map(({ id, name, title }) => ({ value: id, title: name || title }));
  found.sort((a, b) => compare(a.title, b.title) || (a.value < b.value ? -1 : 1));
  const seen = {};
  for (const one of found) {
    const count = (seen[one.title] = (seen[one.title] ?? 0) + 1);
    if (count > 1) one.title += ` (${count})`;
  }
  return found;
}

class Draft {
  constructor(document) {
    this.document = { ...document };
    this.own = new Set();
  }

  put(part, key, value) {
    if (!this.own.has(part)) {
      this.document[part] = { ...this.document[part] };
      this.own.add(part);
    }
    if (value === undefined) delete this.document[part][key];
    else this.document[part][key] = value;
  }

  begin(start) {
    this.document.start = start;
  }
}

function fold(draft, edit, look) {
  const { document } = draft;
  switch (edit.op) {
    case "batch":
      for (const part of edit.edits) fold(draft, part, look);
      break;
    case "add":
      if (!document.views[edit.node]) draft.put("views", edit.node, look(edit.node, edit.config));
      draft.put("nodes", edit.node, edit.at);
      if (!document.start) draft.begin(edit.node);
      break;
    case "remove": {
      const gone = new Set(edit.nodes);
      for (const [key, { source, target }] of Object.entries(document.edges))
        if (gone.has(source) || gone.has(target)) draft.put("edges", key, undefined);
      for (const id of gone) {
        draft.put("nodes", id, undefined);
        draft.put("views", id, undefined);
      }
      if (gone.has(document.start)) draft.begin("");
      break;
    }
    case "move":
      for (const [id, at] of Object.entries(edit.to)) if (id in document.nodes) draft.put("nodes", id, at);
      break;
    case "connect": {
      const { source, port, target } = edit;
      if (source in document.nodes && target in document.nodes)
        draft.put("edges", edgeKey(source, port), { source, port, target });
      break;
    }
    case "disconnect":
      draft.put("edges", edgeKey(edit.source, edit.port), undefined);
      break;
    case "note":
      draft.put("notes", edit.id, {
        ...document.notes[edit.id],
        text: edit.text,
        at: edit.at,
        ...(edit.width && { width: edit.width }),
      });
      break;
    case "remove_note":
      draft.put("notes", edit.id, undefined);
      break;
    case "set_flow":
      if (edit.field === "start") draft.begin(edit.value);
      break;
  }
}
