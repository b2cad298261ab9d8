// The grid on which nodes stand.
export const GRID = 16;

export const snap = (number) => Math.round(number / GRID) * GRID;

export const snapped = (at) => at.map(snap);
