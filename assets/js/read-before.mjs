// What changed since this browser last showed the article: corrections, newer figures, withdrawn
// ones. Nothing of it is sent anywhere.

import { whenSeen } from "./asking.mjs";
import { recall, remember } from "./memory.mjs";

const MOST_TOLD = 5;

/** What was not there when it was last read; nothing on a first visit. */
export function newsSince(read, present) {
  if (read === null || read === undefined) return [];
  const known = new Set(read.split(" "));
  return present.filter(({ key }) => !known.has(key));
}

/** The first of each key: a figure may stand in several sentences. */
export function distinct(present) {
  const first = new Map();
  for (const one of present) if (!first.has(one.key)) first.set(one.key, one);
  return [...first.values()];
}

export function keysOf(present) {
  return present.map(({ key }) => key).join(" ");
}

const all = (selector) => [...document.querySelectorAll(selector)];
const trimmedText = (element) => element?.textContent.trim() ?? "";

function corrections() {
  return all("[data-correction]").map((element) => ({
    element,
    key: `c${element.dataset.correction}`,
    words: `${trimmedText(element.querySelector("b"))}, ${trimmedText(element.querySelector("time"))}`,
  }));
}

/** Withdrawn figures and live ones by what they show, and the newer ones named beside others. */
function figures() {
  const changing = ".prose a.fact:is(.wrong, .live), .entries .figures a.fact, .prose .newer a";
  return all(changing).map((element) => {
    const beside = element.closest(".newer") ?? element.nextElementSibling;
    const is = element.classList.contains("wrong") ? "wrong" : "shown";
    const words = [trimmedText(element), is === "wrong" ? trimmedText(beside) : ""].filter(Boolean);
    return { element, key: `${is}:${element.pathname}`, words: words.join(" ") };
  });
}

function linkTo({ element, words }, number) {
  element.id ||= `news-${number}`;
  return Object.assign(document.createElement("a"), { href: `#${element.id}`, textContent: words });
}

export function startReadBefore() {
  const line = document.querySelector("[data-read]");
  if (!line) return;
  whenSeen(() => {
    const key = `read:${line.dataset.read}`;
    const present = distinct([...corrections(), ...figures()]);
    const news = newsSince(recall(key), present);
    remember(key, keysOf(present));
    tell(line, news);
  });
}

function tell(line, news) {
  const note = document.querySelector("[data-newest]");
  // The newest correction stands above in full: it is marked there, and not told once more.
  const isAbove = ({ key }) => note && key === `c${note.dataset.newest}`;
  if (news.some(isAbove)) note.hidden = false;
  const told = news.filter((one) => !isAbove(one)).slice(0, MOST_TOLD);
  if (!told.length) return;
  line.append(" ", ...told.flatMap((one, number) => [number ? "; " : "", linkTo(one, number)]));
  line.hidden = false;
}
