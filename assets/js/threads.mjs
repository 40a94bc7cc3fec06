// Comments of one's own among those of the page.

export const PREFIX = "c-";

/** The comment that an element shows, by its id. */
export function idOf(element) {
  return element.id.slice(PREFIX.length);
}

export function elementOf(html) {
  return document.createRange().createContextualFragment(html).firstElementChild;
}

/** Puts a comment in its thread, or in the place of what was there of it. */
export function putComment(section, { html, thread }) {
  const comment = elementOf(html);
  const old = document.getElementById(comment.id);
  if (old) old.replaceWith(comment);
  else append(comment, thread && document.getElementById(PREFIX + thread), section);
  section.querySelector(".no-comments")?.remove();
  return comment;
}

function append(comment, thread, section) {
  if (thread) thread.append(comment);
  else listIn(section).append(comment);
}

function listIn(section) {
  const found = section.querySelector(":scope > .comments");
  if (found) return found;
  const list = document.createElement("div");
  list.className = "comments";
  section.append(list);
  return list;
}
