// A figure's words open a card about that figure, wherever they stand; without this they lead to the
// figure's own page.

import { askJson, hasModifier } from "./asking.mjs";
import { placeBelow } from "./placing.mjs";
import { sentenceOf } from "./sentences.mjs";

// In comments a link to a figure's page is one too; those within a card lead on from it.
const CONTROL = ":is(a.fact, .comments article a[href]):not(.figure-card a)";
const FIGURE = /^\/facts\/[a-z0-9]+\/$/;

/**
 * Where a figure's card is fetched, as a text of a language says it if that is not the page's own;
 * "" when the link leads to anything else.
 */
export function cardOf(href, origin, language = "") {
  const url = new URL(href, origin);
  if (url.origin !== origin || !FIGURE.test(url.pathname)) return "";
  return `${url.pathname}card.json${language ? `?language=${encodeURIComponent(language)}` : ""}`;
}

/** That of the text around a link; "" where it is the page's own. */
export function languageAround(link, page = document.documentElement) {
  const { lang } = link.closest("[lang]") ?? page;
  return lang === page.lang ? "" : lang;
}

export function startFigureCards() {
  if (!HTMLElement.prototype.showPopover) return;
  const card = newCard();
  let latest;
  document.addEventListener("click", async (event) => {
    const link = event.target.closest(CONTROL);
    const address = link && cardOf(link.href, location.origin, languageAround(link));
    if (!address || hasModifier(event)) return;
    event.preventDefault();
    latest = link;
    // Answers may come in another order than the presses.
    const isLatest = () => latest === link;
    try {
      const answer = await askJson(address);
      if (isLatest()) card.show(link, answer);
    } catch {
      if (isLatest()) location.assign(link.href);
    }
  });
}

function newCard() {
  const element = document.createElement("div");
  Object.assign(element, { className: "figure-card", popover: "auto", tabIndex: -1 });
  element.setAttribute("role", "dialog");
  let opener, claim, isOpen;

  element.addEventListener("beforetoggle", ({ newState }) => {
    isOpen = newState === "open";
    opener.toggleAttribute("aria-expanded", false);
    if (isOpen) opener.setAttribute("aria-expanded", "true");
    else if (element.contains(document.activeElement)) opener.focus({ preventScroll: true });
  });
  // A closed one leaves the page as it was: rules go by what stands beside a figure.
  element.addEventListener("toggle", ({ newState }) => {
    if (newState === "closed") element.remove();
  });
  element.addEventListener("focusout", ({ relatedTarget }) => {
    // One that is closing is not closed once more: it would not tell of it.
    if (isOpen && relatedTarget && !element.contains(relatedTarget)) element.hidePopover();
  });
  element.addEventListener("click", (event) => {
    if (!event.target.closest(".challenge") || hasModifier(event) || !takesCorrections()) return;
    event.preventDefault();
    element.hidePopover();
    document.dispatchEvent(new CustomEvent("propose", { detail: quotationFor(opener) || claim }));
  });

  const show = (link, answer) => {
    if (element.matches(":popover-open")) element.hidePopover();
    opener = link;
    claim = answer.claim;
    Object.assign(element, { lang: answer.language, dir: answer.direction });
    element.setAttribute("aria-label", claim);
    element.innerHTML = answer.html;
    // After the words in the order of the keyboard, too.
    link.after(element);
    element.showPopover();
    placeBelow(element, link.getBoundingClientRect(), 6);
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  };
  return { show };
}

function takesCorrections() {
  return Boolean(document.querySelector(".discussion[data-propose] .comment-form"));
}

/** The sentence that states the figure; "" where it stands in a table or a list alone. */
function quotationFor(link) {
  const inText = (one) => one.closest(".prose") && one.pathname === link.pathname;
  const said = inText(link) ? link : [...document.querySelectorAll(".prose a.fact")].find(inText);
  return said ? sentenceOf(said) : "";
}
