// Selected words of the text become the passage that a correction is about.

import { placeBelow } from "./placing.mjs";

const LONGEST = 500;
const SHORTEST = 3;
const SELECTION_PAUSE = 200;

/** The words as they are quoted, or "" when they are too few to find again. */
export function quotationOf(selected) {
  const words = selected.replace(/\s+/g, " ").trim();
  return words.length < SHORTEST ? "" : words.slice(0, LONGEST);
}

function selectionInProse() {
  const selection = getSelection();
  if (!selection.rangeCount) return null;
  const range = selection.getRangeAt(0);
  const isProse = range.commonAncestorContainer.parentElement?.closest(".prose");
  const words = quotationOf(selection.toString());
  return isProse && words ? { words, place: range.getBoundingClientRect() } : null;
}

/** Offers a button beside selected words; `correct` is called with those chosen. */
export function startQuoting(label, canCorrect, correct) {
  if (!label) return;
  // A figure's card asks for the same.
  document.addEventListener("propose", (event) => {
    if (canCorrect()) correct(quotationOf(event.detail));
  });
  if (document.querySelector(".prose")) offerBesideSelection(label, canCorrect, correct);
}

function offerBesideSelection(label, canCorrect, correct) {
  const button = document.createElement("button");
  Object.assign(button, { type: "button", className: "propose", hidden: true, textContent: label });
  document.body.append(button);

  const offer = () => {
    const found = canCorrect() && selectionInProse();
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
    const found = selectionInProse();
    if (!found) return;
    button.hidden = true;
    correct(found.words);
  });
}
