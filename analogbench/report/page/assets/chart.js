// Learning curves as a drawing: one line for each seed, the reference's behind them in grey.

import { drawn, element, scroller, table } from "./elements.js";
import { axis, numberText } from "./scale.js";

const [WIDTH, HEIGHT] = [460, 250];
const EDGE = { left: 56, right: 44, top: 10, bottom: 40 };
let serial = 0;

/** A figure: drawing, caption, and its numbers as a table that opens. reference: a chart of the same quantity or null. */
export function figure(chart, name, axes, reference) {
  const numbers = chart.lines.flatMap((line) => line.y);
  const own = reference ? reference.lines : [];
  const x = axis(
    [...chart.lines, ...own].flatMap((line) => axes[line.x]),
    false,
  );
  const y = axis([...numbers, ...own.flatMap((line) => line.y)], chart.log) ?? axis(numbers, false);
  const caption = element("figcaption", {}, captionOf(chart, own.length > 0));
  if (!x || !y)
    return element("figure", {}, element("p", { class: "empty" }, `${chart.title}: nothing that an axis could hold`));
  return element("figure", {}, drawing(chart, name, axes, own, x, y), caption, numbersOf(chart, name, axes));
}

function captionOf(chart, hasReference) {
  const parts = [chart.lines.length === 1 ? "one seed" : "each line is a seed"];
  if (chart.lines.some((line) => line.status !== "ok")) parts.push("dashed: failed");
  if (hasReference) parts.push("grey: the reference");
  if (chart.stride > 1) parts.push(`every ${ordinal(chart.stride)} point; the records have all`);
  return `${chart.title}${chart.log ? ", logarithmic" : ""}: ${parts.join("; ")}`;
}

function ordinal(number) {
  return { 2: "2nd", 3: "3rd" }[number] ?? `${number}th`;
}

function drawing(chart, name, axes, reference, x, y) {
  const [title, desc] = [`chart-title-${(serial += 1)}`, `chart-desc-${serial}`];
  const left = (number) => EDGE.left + x.place(number) * (WIDTH - EDGE.left - EDGE.right);
  const top = (number) => HEIGHT - EDGE.bottom - y.place(number) * (HEIGHT - EDGE.top - EDGE.bottom);
  const path = (line) => pathOf(axes[line.x], line.y, left, top, y.holds);
  return drawn(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-labelledby": title, "aria-describedby": desc },
    drawn("title", { id: title }, `${chart.title} of ${name}`),
    drawn("desc", { id: desc }, described(chart)),
    gridOf(x, y, left, top),
    reference.map((line) => drawn("path", { class: "reference", d: path(line) })),
    chart.lines.map((line) => drawn("path", { class: line.status === "ok" ? "seed" : "seed failed", d: path(line) })),
    endsOf(chart, axes, left, top, y),
    drawn(
      "text",
      { class: "label", x: (EDGE.left + WIDTH - EDGE.right) / 2, y: HEIGHT - 4, "text-anchor": "middle" },
      chart.x,
    ),
  );
}

function gridOf(x, y, left, top) {
  const [right, bottom] = [WIDTH - EDGE.right, HEIGHT - EDGE.bottom];
  const across = y.ticks.map((tick) => [
    drawn("line", { class: "grid", x1: EDGE.left, x2: right, y1: top(tick), y2: top(tick) }),
    drawn("text", { class: "tick", x: EDGE.left - 8, y: top(tick) + 4, "text-anchor": "end" }, numberText(tick)),
  ]);
  const along = x.ticks.map((tick) => [
    drawn("line", { class: "grid", x1: left(tick), x2: left(tick), y1: bottom, y2: bottom + 4 }),
    drawn("text", { class: "tick", x: left(tick), y: bottom + 18, "text-anchor": "middle" }, numberText(tick)),
  ]);
  const base = drawn("line", { class: "base", x1: EDGE.left, x2: right, y1: bottom, y2: bottom });
  return [...across, ...along, [base]].flat();
}

/** A line through all points that the axis holds, interrupted where there are others. */
function pathOf(xs, ys, left, top, holds) {
  let pen = "M";
  let path = "";
  xs.forEach((at, i) => {
    if (at === null || !holds(ys[i])) {
      pen = "M";
      return;
    }
    path += `${pen}${left(at).toFixed(1)} ${top(ys[i]).toFixed(1)}`;
    pen = "L";
  });
  return path;
}

/** A dot at each line's last point, and the seeds' numbers beside them if there is room for all. */
function endsOf(chart, axes, left, top, y) {
  const ends = chart.lines.flatMap((line) => {
    const last = line.y.findLastIndex((number) => y.holds(number));
    if (last < 0 || axes[line.x][last] === null) return [];
    return [{ line, at: left(axes[line.x][last]), height: top(line.y[last]) }];
  });
  const heights = ends.map(({ height }) => height).sort((a, b) => a - b);
  const roomy = ends.length > 1 && heights.every((height, i) => !i || height - heights[i - 1] > 11);
  return ends.flatMap(({ line, at, height }) => [
    drawn("circle", {
      class: line.status === "ok" ? "end" : "end failed",
      cx: at.toFixed(1),
      cy: height.toFixed(1),
      r: 2.5,
    }),
    roomy && drawn("text", { class: "tick", x: (at + 7).toFixed(1), y: (height + 4).toFixed(1) }, `s${line.seed}`),
  ]);
}

/** The chart in words, for who cannot see it. */
function described(chart) {
  const ends = chart.lines.map((line) => {
    const values = line.y.filter((number) => number !== null);
    const way = values.length ? `from ${numberText(values[0])} to ${numberText(values.at(-1))}` : "no numbers";
    return `seed ${line.seed}${line.status === "ok" ? "" : `, ${line.status}`}: ${way}`;
  });
  return `${chart.title} by ${chart.x}. ${ends.join("; ")}.`;
}

/** The same numbers as a table, made when it is first opened. */
function numbersOf(chart, name, axes) {
  const details = element("details", {}, element("summary", {}, "the numbers"));
  details.addEventListener(
    "toggle",
    () => {
      const points = new Map();
      chart.lines.forEach((line, i) =>
        axes[line.x].forEach((at, j) =>
          points.set(at, points.get(at)?.with(i, line.y[j]) ?? chart.lines.map((_, k) => (k === i ? line.y[j] : null))),
        ),
      );
      const rows = [...points].sort(([a], [b]) => a - b).map(([at, values]) => [at, ...values].map(numberText));
      const label = `${chart.title} of ${name}, numbers`;
      details.append(scroller(label, table(label, [chart.x, ...chart.lines.map((line) => `seed ${line.seed}`)], rows)));
    },
    { once: true },
  );
  return details;
}
