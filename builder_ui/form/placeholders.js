// Placeholders as people read them: {contact.name|you} in the flow is {contact's name|you} in the form.
const PLACE = /\{([^{}|]+)(\|[^{}]*)?\}/g;

// What may stand in a text: [{name, label, shown, group, kind, sample or from}], values of the conversation first. A value is shown by its
// bare name, unless a fact is called the same.
export function variables(facts, values) {
  const titles = new Set(facts.map(({ title }) => title));
  const own = values.map(({ name, title, kind = "value", group = "values", from = "" }) => ({
    name: `value.${name}`,
    label: title,
    shown: titles.has(name) ? `value.${name}` : name,
    group,
    kind,
    from,
  }));
  return [...own, ...facts.map(({ name, title, group, kind, sample }) => ({ name, label: title, shown: title, group, kind, sample }))];
}

export function shown(text, known) {
  return text.replace(PLACE, (whole, name, otherwise = "") => {
    const found = known.find((variable) => variable.name === name);
    return found ? `{${found.shown}${otherwise}}` : whole;
  });
}

export function stored(text, known) {
  return text.replace(PLACE, (whole, title, otherwise = "") => {
    const found = known.find((variable) => variable.shown === title.trim());
    return found ? `{${found.name}${otherwise}}` : whole;
  });
}
