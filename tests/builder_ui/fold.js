// Two canvases, as `sync.js` keeps them, for a test that plays the server and the network. Reads a command a line,
// {at, load | receive | act | again}, and answers each with a line: {document, pending, failed, seq, reload}, the document as
// `protocol.loading` writes it.
import { createInterface } from "node:readline";
import { acted, loaded, received, unsynced } from "../../builder_ui/canvas/sync.js";

const bare = (id, config) => ({ id, type: config.type, ports: [] });
const canvases = {};

for await (const line of createInterface({ input: process.stdin })) {
  const { at, load, receive, act } = JSON.parse(line);
  let state = canvases[at] ?? unsynced;
  let reload = false;
  if (load) state = loaded(load.fresh ? unsynced : state, load, bare);
  else if (act) state = acted(state, act, bare);
  else if (receive) {
    const next = received(state, receive, bare);
    reload = !next;
    state = next ?? state;
  }
  canvases[at] = state;
  const { nodes, edges, start, notes } = state.document;
  const ways = Object.values(edges).map(({ source, port, target }) => [source, port, target]);
  const { pending, failed, seq } = state;
  console.log(JSON.stringify({ document: { nodes, edges: ways, start, notes }, pending, failed, seq, reload }));
}
