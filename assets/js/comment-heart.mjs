// The heart under a comment.

import { askJson } from "./asking.mjs";

/** What is written beside the heart: nothing says zero. */
export function countShown(count) {
  return count ? String(count) : "";
}

function showCount(button, state) {
  button.setAttribute("aria-pressed", String(state.is_hearted));
  button.querySelector("b")?.remove();
  if (!countShown(state.count)) return;
  const number = document.createElement("b");
  number.textContent = countShown(state.count);
  button.append(" ", number);
}

/** Gives or takes back a heart; resolves to what is said of it. */
export async function pressHeart(button) {
  const body = new URLSearchParams({ heart: "" });
  const state = await askJson(button.form.action, { method: "POST", body });
  showCount(button, state);
  return state.label;
}

/** The plain way. A form that a script sends does not say which button it was. */
export function sendHeart(form) {
  const pressed = document.createElement("input");
  Object.assign(pressed, { type: "hidden", name: "heart" });
  form.append(pressed);
  form.submit();
}
