// Sorts the rows of a table, and shows those that fit the filters. A row's details, if open, move and hide with it.

import { element } from "./elements.js";
import { state, writeState } from "./state.js";

/** The details of a row, if it is open. */
export function detailsOf(row) {
  const next = row.nextElementSibling;
  return next?.classList.contains("details") ? next : null;
}

/** Give a table's headers their buttons. */
export function startSorting(board) {
  for (const [column, header] of [...board.querySelectorAll("thead th")].entries()) {
    const text = header.querySelector(".sorter");
    if (!text) continue; // a drawing has no order
    const button = element("button", { type: "button", class: "sorter" }, ...text.childNodes);
    text.replaceWith(button);
    button.addEventListener("click", () => {
      const { sort } = state;
      const now = header.getAttribute("aria-sort");
      const other = now === "ascending" ? "descending" : "ascending";
      sort.set(board.id, { column, direction: now === "none" ? header.dataset.first : other });
      sortRows(board);
      writeState();
    });
  }
}

/** Put the rows in the chosen order; without a choice they stay by rank. What has no number comes last either way. */
export function sortRows(board) {
  const { column, direction } = state.sort.get(board.id) ?? { column: 0, direction: "ascending" };
  const headers = [...board.querySelectorAll("thead th")];
  if (!headers[column]) return;
  for (const [i, header] of headers.entries()) {
    if (header.ariaSort) header.ariaSort = i === column ? direction : "none";
  }
  const sign = direction === "ascending" ? 1 : -1;
  const body = board.querySelector("tbody");
  const keyed = [...body.querySelectorAll(":scope > .row")].map((row) => {
    const text = row.cells[column].dataset.sort;
    return { row, key: text ? sign * Number(text) : Infinity, details: detailsOf(row) };
  });
  keyed.sort((a, b) => (a.key === b.key ? 0 : a.key - b.key)); // a difference of infinities is no number
  body.append(...keyed.flatMap(({ row, details }) => (details ? [row, details] : [row])));
}

/** Show the rows that fit the filters; returns how many do, and of how many. */
export function filterRows(boards) {
  const { filters } = state;
  const words = (filters.text ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  let shown = 0;
  let all = 0;
  for (const board of boards) {
    const fits = sameAs(filters.task, board.dataset.task) && sameAs(filters.budget, board.dataset.budget);
    const heading = board.querySelector("h2").textContent;
    let here = 0;
    for (const row of board.querySelectorAll(".row")) {
      const show = fits && rowFits(row, filters, words, heading);
      row.hidden = !show;
      const details = detailsOf(row);
      if (details) details.hidden = !show;
      here += show;
      all += 1;
    }
    board.hidden = !here;
    shown += here;
  }
  return { shown, all };
}

function rowFits(row, filters, words, heading) {
  if (!sameAs(filters.algorithm, row.dataset.algorithm) || !sameAs(filters.device, row.dataset.device)) return false;
  const statuses = row.dataset.status.split(" ");
  if (filters.status === "complete" ? statuses.includes("failed") : !sameAs(filters.status, ...statuses)) return false;
  if (!words.length) return true;
  const label = `${row.cells[1].textContent} ${row.cells[2].textContent} ${heading}`.toLowerCase();
  return words.every((word) => label.includes(word));
}

function sameAs(asked, ...values) {
  return !asked || values.includes(asked);
}
