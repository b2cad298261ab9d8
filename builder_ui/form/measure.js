// How long a text is for each channel. JavaScript counts in UTF-16 units, as the channels do.

// The channels that limit such a text, the tightest first: [{title, limit, over}]. `kind` is "text", "with_choices" or
// "label"; `taken` are the flow's channels, none means all.
export function measured(length, kind, limits, taken = []) {
  return limits
    .filter(({ value, [kind]: limit }) => limit !== null && limit !== undefined && (!taken.length || taken.includes(value)))
    .map(({ title, [kind]: limit }) => ({ title, limit, over: length > limit }))
    .sort((a, b) => a.limit - b.limit || a.title.localeCompare(b.title));
}

// A text from this share of the tightest limit on is near it.
const NEAR = 0.8;

// What a counter says: "over" with the channels that cut it, "near" with the tightest, else "" with none.
export function standing(length, channels) {
  const over = channels.filter((one) => one.over);
  if (over.length) return { state: "over", told: over };
  const [tightest] = channels;
  return tightest && length >= NEAR * tightest.limit ? { state: "near", told: [tightest] } : { state: "", told: [] };
}
