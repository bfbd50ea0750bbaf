// What a row opens.

import { element, scroller, table } from "./elements.js";
import { figure } from "./chart.js";

/** The content of an open row. data: all of the page's. */
export function detail(data, key) {
  const row = data.rows[key];
  if (!row) return element("p", { class: "empty" }, "The page has nothing more on this row.");
  return element("div", { class: "inside" }, [
    cells(row),
    failures(row),
    curves(data, row),
    again(row),
    origins(row),
    parameters(data, row),
  ]);
}

/** All that the details of a row say, to be compared: places in other lists are followed, for they change. */
export function meaning(data, key) {
  const row = data.rows[key];
  if (!row) return null;
  const { charts, parts, reference, ...rest } = row;
  const followed = (chart) => ({ ...chart, lines: chart.lines.map((line) => ({ ...line, x: data.axes[line.x] })) });
  const others = data.rows[reference]?.charts ?? [];
  return JSON.stringify([rest, [...charts, ...others].map(followed), parts.map((place) => data.parts[place])]);
}

function part(title, ...children) {
  return element("section", {}, element("h3", {}, title), children);
}

function again(row) {
  const text = row.commands.join("\n");
  if (!text)
    return part(
      "Run it again",
      element(
        "p",
        {},
        "The plugins that were installed when this page was made would not train these cells, so there is no command.",
      ),
    );
  const copy = element("button", { type: "button", class: "quiet" }, "Copy");
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Select it and copy"; // a page from disk may not be allowed to
    }
  });
  return part("Run it again", element("pre", { class: "command" }, element("code", {}, text)), copy);
}

function cells(row) {
  const { headers, rows } = row.table;
  const words = [1, headers.length - 1];
  const missing =
    row.missing.length > 0 && `No record of seed ${row.missing.join(", ")}, which other rows of the table have.`;
  const label = `Seeds of ${row.name}`;
  const made = table(label, headers, rows, (i) => !words.includes(i));
  for (const line of made.tBodies[0].rows)
    if (!line.cells[1].textContent.startsWith("ok")) line.cells[1].classList.add("bad");
  return part("Seeds", missing && element("p", { class: "bad" }, missing), scroller(label, made));
}

function failures(row) {
  if (!row.failures.length) return null;
  return part(
    "Failures",
    row.failures.map(({ seed, status, reason, traceback }) => [
      element(
        "p",
        { class: "failure" },
        element("strong", {}, `seed ${seed}: ${status}`),
        reason ? ` · ${reason}` : "",
      ),
      traceback !== "" &&
        element(
          "details",
          {},
          element("summary", {}, "end of the traceback"),
          scroller(`Traceback of seed ${seed}`, element("pre", {}, traceback)),
        ),
    ]),
  );
}

function curves(data, row) {
  if (!row.charts.length) return part("Learning curves", element("p", { class: "dim" }, "The records hold no curves."));
  const others = data.rows[row.reference]?.charts ?? [];
  const reference = (chart) => others.find((other) => other.title === chart.title && other.x === chart.x);
  const figures = row.charts.map((chart) => figure(chart, row.name, data.axes, reference(chart) ?? null));
  return part("Learning curves", element("div", { class: "figures" }, figures));
}

function facts(pairs) {
  return element(
    "dl",
    {},
    pairs.map(([name, text]) => [element("dt", {}, name), element("dd", {}, text)]),
  );
}

function origins(row) {
  const many = row.origins.length > 1;
  return part(
    "Provenance",
    row.origins.map((origin) => [many && element("h4", {}, `seed ${origin.seeds.join(", ")}`), facts(origin.facts)]),
  );
}

function parameters(data, row) {
  const all = row.parts.map((place) => data.parts[place]);
  return part(
    "Parameters",
    all.map(({ kind, name, params }) => {
      const title = `${kind} ${name}`;
      if (!params.length) return element("p", {}, `${title}: none`);
      return element("details", {}, element("summary", {}, `${title}: ${params.length}`), facts(params));
    }),
  );
}
