// An id made of what a thing is called, like none of those that are there.
export function freshId(title, base, taken) {
  const slug = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 30);
  if (slug && !taken.includes(slug)) return slug;
  // Not counted: somebody else may be adding one at this moment.
  let id;
  do id = `${slug || base}_${crypto.getRandomValues(new Uint32Array(1))[0].toString(36).slice(0, 5)}`;
  while (taken.includes(id));
  return id;
}

// A name as rules and texts take it: small Latin letters, digits and _.
export const slug = (text) =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^[_0-9]+|_+$/g, "")
    .slice(0, 64);
