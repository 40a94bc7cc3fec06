// What was put right since this browser last showed the article. Nothing of it is sent anywhere.

import { whenSeen } from "./asking.mjs";
import { recall, remember } from "./memory.mjs";

/** The corrections newer than what was read; none on a first visit. */
export function correctionsSince(read, corrections) {
  if (read === null || read === undefined) return [];
  return corrections.filter(({ number }) => number > Number(read));
}

export function summaryOf(corrections) {
  return corrections.map(({ kind, day }) => `${kind}, ${day}`).join("; ");
}

function correctionsOnPage() {
  return [...document.querySelectorAll("[data-correction]")].map((note) => ({
    number: Number(note.dataset.correction),
    kind: note.querySelector("b").textContent,
    day: note.querySelector("time").textContent,
  }));
}

export function startReadBefore() {
  const line = document.querySelector("[data-read]");
  if (!line) return;
  whenSeen(() => {
    const key = `read:${line.dataset.read}`;
    const news = correctionsSince(recall(key), correctionsOnPage());
    remember(key, line.dataset.version);
    if (!news.length) return;
    line.querySelector("a").textContent = summaryOf(news);
    line.hidden = false;
  });
}
