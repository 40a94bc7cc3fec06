// A mouse going down on a link fetches its page (templates/includes/speculation_rules.json); a
// finger may only want to scroll. What was not followed at once is forgotten after a second: the
// browser would show it for five minutes.

import { hasModifier } from "./asking.mjs";

const KEPT_AHEAD = 1000;
const NEXT_OFFER = 100;

export function startPrefetch() {
  if (!matchMedia("(hover: hover) and (pointer: fine)").matches) return;
  const { dataset } = document.documentElement;
  const isLink = (event) => Boolean(event.target.closest("a[href]"));
  const forget = () => {
    delete dataset.ahead;
    setTimeout(() => {
      dataset.ahead = "";
    }, NEXT_OFFER);
  };
  let timer;
  addEventListener("pageshow", forget);
  addEventListener("pointerdown", (event) => {
    if (!isLink(event)) return;
    clearTimeout(timer);
    timer = setTimeout(forget, KEPT_AHEAD);
  });
  // Forgetting it now would fetch it twice where the network is slow.
  addEventListener("click", (event) => {
    if (isLink(event) && !hasModifier(event)) clearTimeout(timer);
  });
}
