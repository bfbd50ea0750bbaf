// Builds elements. Texts only ever become text nodes: nothing that a record says is read as HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, and children that are nodes or texts; null and false leave out. */
export function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same of a drawing. */
export function drawn(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) made.setAttribute(key, "");
    else if (value !== null && value !== false) made.setAttribute(key, String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== false));
  return made;
}

/** A table of texts. numeric: whether a column's texts are numbers. */
export function table(caption, headers, rows, numeric = () => true) {
  const side = (i) => (numeric(i) ? "number" : null);
  const head = headers.map((text, i) => element("th", { scope: "col", class: side(i) }, text));
  const body = rows.map((row) =>
    element(
      "tr",
      {},
      row.map((text, i) =>
        i ? element("td", { class: side(i) }, text) : element("th", { scope: "row", class: side(i) }, text),
      ),
    ),
  );
  return element(
    "table",
    {},
    element("caption", { class: "unseen" }, caption),
    element("thead", {}, element("tr", {}, head)),
    element("tbody", {}, body),
  );
}

/** What may be wider than its place: it scrolls by itself, also with the keyboard. */
export function scroller(label, ...children) {
  return element("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, children);
}
