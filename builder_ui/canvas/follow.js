// What usually comes next: for a port by its name (of one kind of node, or of any), else for the kind of node. Pure.

const BY_PORT = {
  unsure: ["human_handoff", "question", "message"],
  failed: ["message", "human_handoff"],
  gave_up: ["human_handoff", "message"],
  no_reply: ["message", "close", "wait"],
  nobody_came: ["message", "collect", "close"],
  returned: ["question", "message", "close"],
  closed: ["message", "collect", "close"],
  open: ["human_handoff", "message"],
  "question.answered": ["knowledge_answer", "branch", "message"],
  otherwise: ["human_handoff", "message", "question"],
};

const BY_TYPE = {
  welcome: ["question", "knowledge_answer", "language_by_ip"],
  message: ["question", "wait", "close"],
  question: ["knowledge_answer", "message", "human_handoff"],
  knowledge_answer: ["question", "close", "message"],
  branch: ["message", "tag", "human_handoff"],
  decision_table: ["message", "tag", "human_handoff"],
  language_by_ip: ["welcome", "branch", "question"],
  split: ["message", "question", "subflow"],
  collect: ["human_handoff", "http_request", "message"],
  http_request: ["message", "branch", "decision_table"],
  tag: ["message", "human_handoff", "question"],
  set_value: ["branch", "message", "http_request"],
  wait: ["message", "close"],
  subflow: ["message", "question", "close"],
};

const USUALLY = ["message", "question", "branch"];

// The cards, those that usually follow first and marked `likely`.
export function following(cards, type, port) {
  const wanted = BY_PORT[`${type}.${port}`] ?? BY_PORT[port] ?? BY_TYPE[type] ?? USUALLY;
  const likely = wanted.map((name) => cards.find((card) => card.type === name)).filter(Boolean);
  return [...likely.map((card) => ({ ...card, likely: true })), ...cards.filter((card) => !likely.includes(card))];
}

// What may stand in a way: nodes that lead on.
export const between = (cards, type, port) => following(cards, type, port).filter(({ ports }) => ports.length > 0);

// Where something is to follow: after a node ({name, title, ports}), by the port where it has several. '' when the node
// is gone.
export function after(words, view, port) {
  if (!view) return "";
  const node = view.name || view.title;
  const way = view.ports.length > 1 ? view.ports.find(({ id }) => id === port)?.title : undefined;
  const places = { node, port: way };
  return (way ? words.after_port : words.after_node).replace(/\{(node|port)\}/g, (_, name) => places[name]);
}
