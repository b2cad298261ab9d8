// Folds edits as the canvas does. Reads {document, views, script} from stdin, where each entry of the script is
// {edit} (the hand's), {take: {views, change}} (the server's) or {undo: n} (the n-th edit was refused);
// writes the document after each.
import { apply, read, receive, restore } from "../../builder_ui/canvas/document.js";

const { document, views, script } = await Bun.stdin.json();
const bare = (id, config) => ({ id, type: config.type, ports: [] });
const before = [];
const seen = [];
let now = read(document, views);
for (const { edit, take, undo } of script) {
  if (edit) {
    const [next, touched] = apply(now, edit, bare);
    before.push(touched);
    now = next;
  } else if (take) {
    now = receive(now, take.views, take.change);
  } else {
    now = restore(now, before[undo]);
  }
  const { nodes, edges, start, notes } = now;
  seen.push({ nodes, edges: Object.values(edges).map((e) => [e.source, e.port, e.target]), start, notes });
}
console.log(JSON.stringify(seen));
