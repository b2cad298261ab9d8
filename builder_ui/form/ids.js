// An id made of what a thing is called, like none of those that are there.
export function freshId(title, base, taken) {
  const slug = title
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 30);
  if (slug && !taken.includes(slug)) return slug;
  let number = taken.length + 1;
  while (taken.includes(`${slug || base}_${number}`)) number += 1;
  return `${slug || base}_${number}`;
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
