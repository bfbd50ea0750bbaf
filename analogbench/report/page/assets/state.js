// What the reader has chosen: filters, order and open rows. It is kept in the address, so that a link shows the same.

const FILTERS = ["task", "algorithm", "device", "budget", "status", "text"];

/** filters: by name. sort: of each table its column and direction. open: keys of rows. */
export const state = { filters: {}, sort: new Map(), open: new Set() };

/** Read the address; an anchor, such as the link to a table, is no choice and leaves everything as it is. */
export function readState() {
  if (!location.hash.startsWith("#?")) return false;
  const said = new URLSearchParams(location.hash.slice(2));
  state.filters = Object.fromEntries(FILTERS.filter((name) => said.get(name)).map((name) => [name, said.get(name)]));
  state.open = new Set(said.getAll("open"));
  state.sort = new Map();
  for (const text of said.getAll("sort")) {
    const [, board, column, direction] = /^(.*):(\d+):(ascending|descending)$/.exec(text) ?? [];
    if (board) state.sort.set(board, { column: Number(column), direction });
  }
  return true;
}

/** Write the address, without a new entry in the history. */
export function writeState() {
  const said = new URLSearchParams(state.filters);
  for (const [board, { column, direction }] of state.sort) said.append("sort", `${board}:${column}:${direction}`);
  for (const key of state.open) said.append("open", key);
  history.replaceState(null, "", said.size ? `#?${said}` : location.href.replace(/#.*$/, ""));
}
