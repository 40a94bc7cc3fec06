// What is pasted into a text keeps what it means: headings, lists, tables, links and footnotes come
// as Markdown. Undoing once gives the plain words; Ctrl+Shift+V pastes these from the start.

import { fieldOf } from "./field.mjs";
import { markdownOf } from "./paste-markdown.mjs";
import { firstFreeNote, fitted } from "./paste-words.mjs";

// Longer ones are pasted as plain words, rather than keep the page waiting.
const LONGEST = 4_000_000;

export function startPasting(form, settings) {
  let isShifted = false;
  for (const event of ["keydown", "keyup"])
    document.addEventListener(event, ({ shiftKey }) => (isShifted = shiftKey), { capture: true });
  const paste = (event) => {
    const field = fieldOf(event.target, form);
    const data = event.clipboardData;
    if (!field || !data || isShifted || isCode(data)) return;
    const plain = data.getData("text/plain").replace(/\r\n?/g, "\n");
    const html = data.getData("text/html");
    if (!html || html.length > LONGEST) return;
    const firstNote = firstFreeNote(field.text());
    const found = markdownOf(html, { origin: location.origin, firstNote, stamp: `${Date.now()}-` });
    // A picture that was copied comes with its file.
    if (!found || (!plain.trim() && data.files.length)) return;
    event.preventDefault();
    event.stopPropagation();
    insert(field, plain, found.markdown);
    tell(form, settings.pasted);
    if (found.pictures.length)
      form.dispatchEvent(new CustomEvent("pictures", { detail: { field, pictures: found.pictures } }));
  };
  form.addEventListener("paste", paste, { capture: true });
}

/** Copied out of a programmer's editor: it is meant as it stands. */
function isCode(data) {
  return [...data.types].some((type) => type.startsWith("vscode-"));
}

function insert(field, plain, markdown) {
  const [start, end] = field.selection();
  const text = field.text();
  const whole = fitted(markdown, text.slice(0, start), text.slice(end));
  if (plain) field.replace(start, end, plain);
  field.replace(start, plain ? start + plain.length : end, whole);
}

function tell(form, words) {
  const place = form.querySelector("#desk-told") ?? Object.assign(document.createElement("p"), { id: "desk-told", className: "desk-status" });
  if (!place.isConnected) {
    place.setAttribute("role", "status");
    form.append(place);
  }
  place.textContent = words;
}

document.addEventListener("DOMContentLoaded", () => {
  const settings = document.getElementById("desk-writing")?.dataset;
  const form = document.getElementById("article_form");
  if (settings && form) startPasting(form, settings);
});
