// To a field by its path: "cases.near" is in the card of that case, which is opened; "rows.r3" is in the field "rows".
const CONTROLS = "input:not([type=hidden]), textarea, select, [role=switch], [role=combobox], button:not(.form-handle)";

export function goTo(root, path) {
  for (const place of places(path)) {
    const found = root.querySelector(`[data-field="${CSS.escape(place)}"], [data-card="${CSS.escape(place)}"]`);
    if (!found) continue;
    if (found.matches("[data-card]")) found.querySelector("[aria-expanded=false]")?.click();
    requestAnimationFrame(() => {
      const controls = [...found.querySelectorAll(CONTROLS)].filter((one) => !one.disabled && one.offsetParent);
      const wrong = controls.find((one) => one.getAttribute("aria-invalid") === "true");
      found.scrollIntoView({ block: "center" });
      (wrong ?? controls[0])?.focus({ preventScroll: true });
    });
    return;
  }
}

// The path and what it lies in: "cases.near.when" is "cases.near.when", "cases.near", "cases".
function places(path) {
  const parts = path.split(".");
  return parts.map((_, at) => parts.slice(0, parts.length - at).join("."));
}
