// The discussion without leaving the page. Every part of it is a page of its own without this.

import { askJson, sendForm, Unreachable } from "./asking.mjs";
import { pressHeart, sendHeart } from "./comment-heart.mjs";
import { recall, remember } from "./memory.mjs";
import { startQuoting } from "./quotation.mjs";
import { ReplyForm } from "./reply-form.mjs";
import { elementOf, putComment } from "./threads.mjs";

const HAS_POSTED = "comments-mine";

export function startDiscussion() {
  const section = document.querySelector(".discussion");
  if (!section?.querySelector(".comment-form")) return;
  const form = new ReplyForm(section);
  listenForButtons(section, form);
  listenForComments(section, form);
  startQuoting(
    section.dataset.propose,
    () => Boolean(form.element),
    (words) => form.correct(words),
  );
  showOwnComments(section);
  form.restoreDraft();
}

function say(section, words) {
  const status = section.querySelector(".comment-status");
  status.textContent = "";
  // A screen reader says the same words twice only when they were gone in between.
  requestAnimationFrame(() => {
    status.textContent = words;
  });
}

// Reply, heart and report are one form; the report is a page of its own.
function listenForButtons(section, form) {
  section.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.name === "reply") form.answer(button);
    else if (button?.name === "heart") giveHeart(section, button);
    else return;
    event.preventDefault();
  });
}

async function giveHeart(section, button) {
  try {
    say(section, await pressHeart(button));
  } catch {
    sendHeart(button.form);
  }
}

function listenForComments(section, form) {
  section.addEventListener("focusin", (event) => {
    if (event.target.closest(".comment-form")) form.stamp.get().catch(() => {});
  });
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
    } catch (error) {
      element.removeAttribute("aria-busy");
      // Sent the plain way, it would end on a page of the browser's that the words are not on.
      if (error instanceof Unreachable) form.tell(section.dataset.offline);
      else element.submit();
    }
  });
  section.addEventListener("input", () => form.keepDraft());
  section.addEventListener("change", ({ target }) => {
    if (target === form.element?.elements.namedItem("quote")) form.tellMatter();
  });
  // The form may have moved since.
  addEventListener("pagehide", () => form.keepDraft());
}

function showPosted(section, form, answer) {
  remember(HAS_POSTED, "1");
  form.clear();
  const comment = putComment(section, answer);
  if (answer.beside) comment.append(elementOf(answer.beside));
  comment.tabIndex = -1;
  comment.focus();
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
