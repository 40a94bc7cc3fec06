// Comments of one's own among those of the page.

import { elementOf } from "./reply-form.mjs";

/** Puts a comment in its thread, or in the place of what was there of it. */
export function putComment(section, { html, thread }) {
  const comment = elementOf(html);
  const old = document.getElementById(comment.id);
  if (old) old.replaceWith(comment);
  else append(comment, (thread && document.getElementById(`comment-${thread}`)) || section);
  section.querySelector(".no-comments")?.remove();
  return comment;
}

function append(comment, parent) {
  const item = document.createElement("li");
  item.append(comment);
  listIn(parent).append(item);
}

function listIn(parent) {
  const found = parent.querySelector(":scope > .comments");
  if (found) return found;
  const list = document.createElement("ol");
  list.className = "comments";
  parent.append(list);
  return list;
}
