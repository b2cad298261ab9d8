// Nodes as text: what copy puts on the clipboard and paste takes from it, within a flow, between flows, in a file.

const KIND = "parley/nodes";

// The nodes `ids` of a document with the edges among them, as JSON text.
export function written(document, ids) {
  const chosen = new Set(ids);
  const nodes = {};
  for (const id of chosen) {
    const { config, texts } = document.views[id];
    nodes[id] = { config, texts, at: document.nodes[id] };
  }
  const edges = Object.values(document.edges).filter(({ source, target }) => chosen.has(source) && chosen.has(target));
  return JSON.stringify({ kind: KIND, nodes, edges }, null, 2);
}

// What was copied, or null when the text is something else.
export function understood(text) {
  if (!text || text.length > 500_000 || !text.includes(KIND)) return null;
  try {
    const copied = JSON.parse(text);
    if (copied.kind !== KIND) return null;
    const fine = Object.values(copied.nodes).every(
      ({ config, at }) => typeof config.type === "string" && at.length === 2 && at.every(Number.isFinite),
    );
    return fine && Object.keys(copied.nodes).length ? copied : null;
  } catch {
    return null;
  }
}

// The one edit that pastes: new ids, the same shape, its top left corner at `corner`; [edit, new ids].
export function pasting(copied, corner, fresh, languages) {
  const old = Object.keys(copied.nodes);
  const renamed = Object.fromEntries(old.map((id) => [id, fresh(copied.nodes[id].config.type)]));
  const places = Object.values(copied.nodes).map(({ at }) => at);
  const left = Math.min(...places.map(([x]) => x));
  const top = Math.min(...places.map(([, y]) => y));
  const edits = old.map((id) => {
    const { config, at } = copied.nodes[id];
    return { op: "add", node: renamed[id], config, at: [corner[0] + at[0] - left, corner[1] + at[1] - top] };
  });
  for (const { source, port, target } of copied.edges ?? [])
    if (renamed[source] && renamed[target])
      edits.push({ op: "connect", source: renamed[source], port, target: renamed[target] });
  for (const id of old)
    for (const [language, texts] of Object.entries(copied.nodes[id].texts ?? {}))
      if (languages.includes(language))
        for (const [path, text] of Object.entries(texts))
          edits.push({ op: "translate", language, node: renamed[id], path, text });
  return [{ op: "batch", edits }, Object.values(renamed)];
}
