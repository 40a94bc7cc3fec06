// Selected words of the text become the passage that a correction is about.

import { placeBelow } from "./placing.mjs";
import { textWithin } from "./sentences.mjs";

const LONGEST = 500;
const SHORTEST = 3;
const SELECTION_PAUSE = 200;
// Title and standfirst, text and entries, a profile with its figures.
const QUOTABLE = ".article > header, .article .body, .profile";

/** The words as they are quoted, or "" when they are too few to find again. */
export function quotationOf(selected) {
  const words = selected.replace(/\s+/g, " ").trim();
  return words.length < SHORTEST ? "" : words.slice(0, LONGEST);
}

function quotableSelection() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const { commonAncestorContainer: node } = range;
  const element = node.nodeType === Node.ELEMENT_NODE ? node : node.parentElement;
  const words = element?.closest(QUOTABLE) ? quotationOf(textWithin(range)) : "";
  return words ? { words, place: range.getBoundingClientRect() } : null;
}

/** Offers a button beside selected words; `correct` is called with those chosen. */
export function startQuoting(label, canCorrect, correct) {
  if (!label) return;
  // A figure's card asks for the same.
  document.addEventListener("propose", (event) => {
    if (canCorrect()) correct(quotationOf(event.detail));
  });
  if (document.querySelector(QUOTABLE)) offerBesideSelection(label, canCorrect, correct);
}

function offerBesideSelection(label, canCorrect, correct) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "propose", hidden: true, textContent: label });
  document.body.append(button);

  const offer = () => {
    const found = canCorrect() && quotableSelection();
    button.hidden = !found;
    if (found) placeBelow(button, found.place, 8);
  };
  let timer;
  document.addEventListener("selectionchange", () => {
    clearTimeout(timer);
    timer = setTimeout(offer, SELECTION_PAUSE);
  });
  // Pressing the button must not lose the selection.
  button.addEventListener("pointerdown", (event) => event.preventDefault());
  button.addEventListener("click", () => {
    const found = quotableSelection();
    if (!found) return;
    button.hidden = true;
    correct(found.words);
  });
}
