// What others proposed on the sentence that is quoted, told beside it: a stored page cannot know.

import { askJson } from "./asking.mjs";
import { elementOf } from "./threads.mjs";

/** Asks about what the form quotes now; says nothing when that has changed meanwhile. */
export async function tellMatter(form, ask = askJson) {
  const field = form.elements.namedItem("quote");
  const quote = field.value;
  const html = quote.trim() ? await answerTo(form, quote, ask) : "";
  if (field.value !== quote) return;
  form.querySelector(".matter")?.remove();
  if (html) field.closest(".field").after(elementOf(html));
}

// Without an answer it is told after the comment was sent.
async function answerTo(form, quote, ask) {
  try {
    return (await ask(`${form.getAttribute("action")}proposed/?${new URLSearchParams({ quote })}`)).html;
  } catch {
    return "";
  }
}
