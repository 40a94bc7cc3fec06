// The switch between light and dark. templates/includes/first_paint.js applies a remembered choice
// before the first paint.

import { remember } from "./memory.mjs";

/** What to keep when somebody switches: nothing when the choice is what the system says anyway. */
export function themeToKeep(isDark, isSystemDark) {
  const becomesDark = !isDark;
  if (becomesDark === isSystemDark) return null;
  return becomesDark ? "dark" : "light";
}

export function isDarkNow(theme, isSystemDark) {
  return theme ? theme === "dark" : isSystemDark;
}

export function startThemeSwitch() {
  const { dataset } = document.documentElement;
  const button = document.querySelector(".theme-switch");
  if (!button) return;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => isDarkNow(dataset.theme, system.matches);
  const show = () => button.setAttribute("aria-pressed", String(isDark()));
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") dataset.theme = theme;
    else delete dataset.theme;
    show();
  };

  button.addEventListener("click", () => {
    const theme = themeToKeep(isDark(), system.matches);
    remember("theme", theme);
    apply(theme);
  });
  system.addEventListener("change", show);
  addEventListener("storage", (event) => {
    if (event.key === "theme") apply(event.newValue);
  });
  show();
}
