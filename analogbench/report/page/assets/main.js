// Puts the page to work: what is HTML already gets its buttons, the rest is made when it is asked for.

import { element } from "./elements.js";
import { startTheme } from "./theme.js";
import { readState, state, writeState } from "./state.js";
import { detailsOf, filterRows, sortRows, startSorting } from "./table.js";
import { detail, meaning } from "./detail.js";
import { saidBy, startLive } from "./live.js";

let data = null;
let before = new Map(); // of rows that were open before the page was replaced: the details, and what they said

const boards = () => [...document.querySelectorAll(".board")];

/** What rows open: read only when the first one is. */
function known() {
  data ??= JSON.parse(document.getElementById("data").textContent);
  return data;
}

function openerOf(row) {
  const text = row.querySelector(".opener");
  const button = element("button", { type: "button", class: "opener", "aria-expanded": "false" }, ...text.childNodes);
  button.id = `open-${row.id}`;
  text.replaceWith(button);
  row.addEventListener("click", (event) => {
    if (!event.target.closest("a, button:not(.opener)") && !String(getSelection())) toggle(row);
  });
}

function toggle(row) {
  const key = row.id.slice(1);
  if (state.open.delete(key)) close(row);
  else {
    state.open.add(key);
    open(row);
  }
  writeState();
}

function open(row) {
  if (detailsOf(row)) return;
  const key = row.id.slice(1);
  const old = before.get(key);
  const details = old && old.says === meaning(known(), key) ? old.details : detailsFor(row, key);
  row.after(details);
  const button = row.querySelector(".opener");
  button.setAttribute("aria-expanded", "true");
  button.setAttribute("aria-controls", details.id);
}

function detailsFor(row, key) {
  const inside = element("td", { colspan: row.cells.length }, detail(known(), key));
  return element("tr", { class: "details", id: `details-${row.id}` }, inside);
}

function close(row) {
  detailsOf(row)?.remove();
  const button = row.querySelector(".opener");
  button.setAttribute("aria-expanded", "false");
  button.removeAttribute("aria-controls");
}

function filter() {
  const { shown, all } = filterRows(boards());
  document.getElementById("shown").textContent = shown === all ? `${all} rows` : `${shown} of ${all} rows`;
  document.getElementById("nothing").hidden = shown > 0 || !all;
}

function startFilters() {
  const form = document.getElementById("filters");
  const choose = () => {
    state.filters = Object.fromEntries([...new FormData(form)].filter(([, value]) => value));
    filter();
    writeState();
  };
  form.addEventListener("input", choose);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(choose));
}

/** Show what the reader has chosen. */
function show() {
  const form = document.getElementById("filters");
  for (const field of form.elements) if (field.name) field.value = state.filters[field.name] ?? "";
  for (const board of boards()) sortRows(board);
  for (const row of document.querySelectorAll(".row")) {
    if (state.open.has(row.id.slice(1))) open(row);
    else if (detailsOf(row)) close(row);
  }
  filter();
}

/** Bring tables that have just come to life. */
function start() {
  data = null;
  boards().forEach(startSorting);
  document.querySelectorAll(".row").forEach(openerOf);
  document.getElementById("clear").addEventListener("click", () => document.getElementById("filters").reset());
  document.getElementById("choices").hidden = !boards().length;
  show();
}

/** Replace the page: open rows that say the same, the keyboard's place, and how far tables were scrolled stay. */
function keeping(replace) {
  const focus = document.activeElement;
  const open = [...document.querySelectorAll(".details")].map((details) => [
    details.id.replace("details-r", ""),
    details,
  ]);
  before = new Map(open.map(([key, details]) => [key, { details, says: meaning(known(), key) }]));
  const places = new Map(boards().map((board) => [board.id, board.querySelector(".scroll").scrollLeft]));
  replace();
  start();
  for (const board of boards()) board.querySelector(".scroll").scrollLeft = places.get(board.id) ?? 0;
  before = new Map();
  (focus.isConnected ? focus : document.getElementById(focus.id))?.focus({ preventScroll: true });
}

const { every } = document.body.dataset;
const said = every && saidBy(document);
startTheme(document.getElementById("theme"));
readState();
startFilters();
start();
const isNarrow = matchMedia("(max-width: 46rem)").matches; // there the filters would fill the screen
document.getElementById("choices").open = !isNarrow || Object.keys(state.filters).length > 0;
addEventListener("hashchange", () => readState() && show());
if (every) startLive(Number(every), said, keeping);
