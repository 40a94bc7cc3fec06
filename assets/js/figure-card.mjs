// A figure's source beside its sentence; without this the link leads to the list below.

import { hasModifier } from "./asking.mjs";
import { placeBelow } from "./placing.mjs";

export function startSourceCards() {
  if (!HTMLElement.prototype.showPopover) return;
  const card = document.createElement("div");
  Object.assign(card, { className: "source-card", popover: "auto" });
  card.setAttribute("role", "group");
  card.addEventListener("click", (event) => {
    if (event.target.closest('a[href^="#"]')) card.hidePopover();
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest('.prose .as-of a[href^="#source-"]');
    const source = link && document.getElementById(link.hash.slice(1));
    if (!source || hasModifier(event)) return;
    event.preventDefault();
    show(card, link, source);
  });
}

function show(card, link, source) {
  card.replaceChildren(...source.cloneNode(true).childNodes, linkToAll(link.hash));
  const challenge = challengeOf(card, link);
  if (challenge) card.append(" ", challenge);
  card.setAttribute("aria-label", link.getAttribute("aria-label"));
  // After the link in the order of the keyboard, too.
  link.closest("sup").after(card);
  card.showPopover();
  placeBelow(card, link.getBoundingClientRect(), 6);
}

function linkToAll(href) {
  const textContent = document.querySelector("#sources").textContent;
  return Object.assign(document.createElement("a"), { href, textContent });
}

function challengeOf(card, link) {
  const words = link.closest("sup").previousElementSibling?.textContent;
  const label = document.querySelector(".discussion")?.dataset.propose;
  if (!words || !label || !document.querySelector(".comment-form")) return null;
  const button = document.createElement("button");
  Object.assign(button, { type: "button", textContent: label });
  button.addEventListener("click", () => {
    card.hidePopover();
    document.dispatchEvent(new CustomEvent("propose", { detail: words }));
  });
  return button;
}
