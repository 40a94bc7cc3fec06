// The discussion without leaving the page. Every part of it is a page of its own without this.

import { askJson, hasModifier, sendForm } from "./asking.mjs";
import { heartSign } from "./hearts.mjs";
import { recall, remember } from "./memory.mjs";
import { startQuoting } from "./quotation.mjs";
import { ReplyForm } from "./reply-form.mjs";
import { putComment } from "./threads.mjs";

const HAS_POSTED = "comments-mine";

export function startDiscussion() {
  const section = document.querySelector(".discussion");
  if (!section?.querySelector(".comment-form")) return;
  const form = new ReplyForm(section);
  listenForReplies(section, form);
  listenForHearts(section);
  listenForComments(section, form);
  startQuoting(
    section.dataset.propose,
    () => Boolean(form.element),
    (words) => form.correct(words),
  );
  showOwnComments(section);
}

function say(section, words) {
  const status = section.querySelector(".comment-status");
  status.textContent = "";
  // A screen reader says the same words twice only when they were gone in between.
  requestAnimationFrame(() => {
    status.textContent = words;
  });
}

function listenForReplies(section, form) {
  section.addEventListener("focusin", (event) => {
    if (event.target.closest(".comment-form")) form.stamp.get().catch(() => {});
  });
  section.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]");
    if (!link || hasModifier(event)) return;
    event.preventDefault();
    form.answer(link);
  });
}

function listenForHearts(section) {
  section.addEventListener("submit", async (event) => {
    if (!event.target.matches(".comment-heart")) return;
    event.preventDefault();
    const button = event.target.querySelector("button");
    try {
      const state = await askJson(event.target.action, { method: "POST" });
      button.setAttribute("aria-pressed", String(state.is_hearted));
      button.firstElementChild.textContent = `${heartSign(state.is_hearted)} ${state.count || ""}`;
      button.lastElementChild.textContent = state.label;
      say(section, state.label);
    } catch {
      event.target.submit();
    }
  });
}

function listenForComments(section, form) {
  section.addEventListener("submit", async (event) => {
    if (!event.target.matches(".comment-form")) return;
    event.preventDefault();
    if (form.isBusy) return;
    const { element } = form;
    element.setAttribute("aria-busy", "true");
    try {
      await form.stamp.get();
      const [status, answer] = await sendForm(element.action, new FormData(element));
      element.removeAttribute("aria-busy");
      if (status === 201) showPosted(section, form, answer);
      else showRefused(section, form, answer);
    } catch {
      // The plain way still works, and the browser says what is wrong with the line.
      element.removeAttribute("aria-busy");
      element.submit();
    }
  });
}

function showPosted(section, form, answer) {
  remember(HAS_POSTED, "1");
  form.clear();
  putComment(section, answer).focus();
  say(section, answer.message);
}

function showRefused(section, form, { html }) {
  if (!form.replaceWith(html)) say(section, section.querySelector("#join").textContent.trim());
}

// Only who has posted from this browser asks for comments of their own.
async function showOwnComments(section) {
  if (!section.dataset.mine || !recall(HAS_POSTED)) return;
  try {
    const { comments } = await askJson(section.dataset.mine);
    for (const comment of comments) putComment(section, comment);
  } catch {
    /* they are on their own page too */
  }
}
