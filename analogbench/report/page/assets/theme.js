// Light, dark, or as the system has it; remembered where the browser lets a page remember.

const THEMES = ["system", "light", "dark"];
const KEY = "analogbench-theme";

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // a browser may keep nothing for files
  }
}

function remember(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // then it lasts as long as the page
  }
}

/** Make the button work. */
export function startTheme(button) {
  let theme = THEMES.includes(remembered()) ? remembered() : "system";
  const show = () => {
    document.documentElement.dataset.theme = theme;
    button.querySelector("span").textContent = theme;
  };
  button.addEventListener("click", () => {
    theme = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length];
    remember(theme);
    show();
  });
  button.hidden = false;
  show();
}
