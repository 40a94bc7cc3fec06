// An article's heart without leaving the page, and the count of this view. Without this the form
// posts itself and a picture counts.

import { askJson, whenSeen } from "./asking.mjs";

export function heartSign(isHearted) {
  return isHearted ? "♥" : "♡";
}

export function startHeart() {
  const form = document.querySelector("form[data-heart]");
  if (!form) return;
  const button = form.querySelector("button");
  const status = form.querySelector("[role=status]");
  let isBusy = false;

  const show = (state) => {
    button.setAttribute("aria-pressed", String(state.is_hearted));
    button.querySelector("[aria-hidden]").textContent = heartSign(state.is_hearted);
    document.querySelector("[data-heart-count]").textContent = state.label;
  };
  const press = async () => {
    try {
      const state = await askJson(form.action, { method: "POST" });
      show(state);
      status.textContent = [state.said, state.label].filter(Boolean).join(" ");
    } catch {
      status.textContent = form.dataset.failed;
      status.classList.remove("visually-hidden");
    }
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    await press();
    isBusy = false;
  });
  whenSeen(() => {
    countView(form.dataset.seen);
    // The button works without it.
    askJson(form.dataset.mine).then(show, () => {});
  });
}

function countView(url) {
  const ads = [...document.querySelectorAll("[data-ad]")].map((ad) => ["ad", ad.dataset.ad]);
  navigator.sendBeacon(url, new URLSearchParams(ads));
}
