// Edits that the server has not answered, kept over a reload of this tab: apart for each flow, and for each person, so
// that nobody sends what somebody else did.
const key = (person, flow) => `parley.unsent/${person}/${flow}`;

export function keepUnsent(person, flow, pending) {
  try {
    if (pending.length) sessionStorage.setItem(key(person, flow), JSON.stringify(pending));
    else sessionStorage.removeItem(key(person, flow));
  } catch {
    // Full, or forbidden by the browser: the warning before leaving the page is what remains.
  }
}

export function unsent(person, flow) {
  try {
    return JSON.parse(sessionStorage.getItem(key(person, flow))) ?? [];
  } catch {
    return [];
  }
}
