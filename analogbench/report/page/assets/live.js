// A page that a server keeps up to date: asks every few seconds whether there is another, and takes over what it says.

const PARTS = ["summary", "boards", "data"];

/** What a page says, as it came: before scripts bring it to life. */
export function saidBy(page) {
  return PARTS.map((name) => page.getElementById(name).outerHTML).join("");
}

/** Ask for ever. every: seconds. said: by the page as it came, which may be old when the first answer comes. take: is
 * given what replaces the page, and calls it. */
export function startLive(every, said, take) {
  let tag = null;
  const ask = async () => {
    try {
      const answer = await fetch("/", { cache: "no-cache" });
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const now = answer.headers.get("ETag");
      if (now !== tag) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (tag !== null || saidBy(fresh) !== said) take(() => takeOver(fresh));
      }
      tag = now;
      say(null);
    } catch {
      say("The server does not answer; what is shown is the last it said.");
    }
    setTimeout(ask, every * 1000);
  };
  ask();
}

function takeOver(fresh) {
  for (const name of PARTS) replace(document.getElementById(name), fresh.getElementById(name));
  for (const name of ["nav", "footer"]) {
    const [old, made] = [document.querySelector(`body > ${name}`), fresh.querySelector(`body > ${name}`)];
    if (old) replace(old, made);
    else if (made) document.getElementById("boards")[name === "nav" ? "before" : "after"](document.adoptNode(made));
  }
  takeOverChoices(fresh);
}

function replace(old, made) {
  if (old && made) old.replaceWith(document.adoptNode(made));
}

/** Fields stay, for the reader may be in one; only what they offer changes. */
function takeOverChoices(fresh) {
  const form = document.getElementById("filters");
  for (const made of fresh.querySelectorAll("#filters .field")) {
    const field = made.querySelector("select");
    const old = field && form.querySelector(`select[name=${field.name}]`);
    if (field && !old) form.querySelector(".search").before(document.adoptNode(made));
    else if (field && old.innerHTML !== field.innerHTML) old.replaceChildren(...field.children);
  }
}

function say(problem) {
  const place = document.getElementById("connection");
  place.textContent = problem ?? "";
  place.hidden = problem === null;
}
