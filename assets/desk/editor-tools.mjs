// The toolbar, the keys and the menu behind "/": three ways to the same tools.

import { code, figure, footnote, heading, link, list, numbered, picture, quote, rule, table, wrap } from "./editor-commands.mjs";
import { openSearchPanel } from "./editor-library.mjs";

const bold = wrap("**");
const italic = wrap("*");

/** Each with its `name` in the settings' words; `slash` are those that "/" inserts. */
export const TOOLS = [
  { name: "heading", run: heading(2), key: "Mod-Alt-2", slash: true },
  { name: "subheading", run: heading(3), key: "Mod-Alt-3", slash: true, isHidden: true },
  { name: "bold", run: bold, key: "Mod-b" },
  { name: "italic", run: italic, key: "Mod-i" },
  { name: "link", run: link, key: "Mod-k", slash: true },
  { name: "quote", run: quote, key: "Mod-Shift-9", slash: true },
  { name: "list", run: list, key: "Mod-Shift-8", slash: true },
  { name: "numbered", run: numbered, key: "Mod-Shift-7", slash: true },
  { name: "code", run: code, key: "Mod-e", slash: true },
  { name: "table", run: table, slash: true },
  { name: "picture", run: picture, slash: true },
  { name: "footnote", run: footnote, key: "Mod-Alt-f", slash: true },
  { name: "rule", run: rule, slash: true, isHidden: true },
  { name: "figure", run: figure, key: "Mod-Shift-f", slash: true },
  { name: "company", run: figure, slash: true },
  { name: "find", run: openSearchPanel, key: "Mod-f" },
];

const isMac = /Mac|iP/.test(navigator.platform);
export const shownKey = (key) =>
  key.replace("Mod", isMac ? "⌘" : "Ctrl").replace(/-(\w)$/, (_, last) => `-${last.toUpperCase()}`).replaceAll("-", "+");

export function toolbar(view, words, more) {
  const bar = document.createElement("div");
  bar.className = "room-tools";
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", words.tools);
  const tools = [...TOOLS.filter((tool) => !tool.isHidden), ...more];
  const buttons = tools.map(({ name, run, key }) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = words[name];
    button.className = `is-${name}`;
    button.tabIndex = -1;
    if (key) button.title = shownKey(key);
    // The selection stays where it is.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => run(view, button));
    return button;
  });
  buttons[0].tabIndex = 0;
  bar.addEventListener("keydown", (event) => {
    const isMirrored = getComputedStyle(bar).direction === "rtl";
    const step = { ArrowRight: isMirrored ? -1 : 1, ArrowLeft: isMirrored ? 1 : -1 }[event.key];
    const here = buttons.indexOf(document.activeElement);
    const ends = { Home: 0, End: buttons.length - 1 };
    const next = step ? (here + step + buttons.length) % buttons.length : ends[event.key];
    if (next === undefined) return;
    event.preventDefault();
    buttons.forEach((button, place) => (button.tabIndex = place === next ? 0 : -1));
    buttons[next].focus();
  });
  bar.append(...buttons);
  return bar;
}

/** What "/" at the start of a line offers. */
export function slashMenu(words) {
  const options = TOOLS.filter((tool) => tool.slash).map(({ name, run, key }) => ({
    label: `/${words[name]}`,
    displayLabel: words[name],
    detail: key ? shownKey(key) : undefined,
    apply: (view, _completion, from, to) => {
      view.dispatch({ changes: { from, to }, userEvent: "input" });
      run(view);
    },
  }));
  return (context) => {
    const typed = context.matchBefore(/\/[^\s/]*/);
    const isAtStart = typed && !context.state.sliceDoc(context.state.doc.lineAt(typed.from).from, typed.from).trim();
    return isAtStart ? { from: typed.from, options, validFor: /^\/[^\s/]*$/ } : null;
  };
}
