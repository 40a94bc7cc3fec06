// The footnotes of a pasted document: a mark that leads to a note further down.

const MARK = /^[[(]?(\d{1,3}|[ivx]{1,5}|[a-z]|[*†‡§]{1,3})[\])]?$/i;

/** Puts `<span data-note>` for each mark, and its note at the end, as `<section data-note>`. */
export function markNotes(root, first) {
  const numbers = new Map();
  const marks = [...root.querySelectorAll("a[href*='#']")].filter((link) => MARK.test(link.textContent.trim()));
  for (const mark of marks) {
    const note = noteOf(mark, root);
    if (!note || !root.contains(mark)) continue;
    if (!numbers.has(note)) numbers.set(note, first + numbers.size);
    replaceMark(mark, numbers.get(note));
  }
  const bodies = [...numbers].map(([note, number]) => [bodyOf(note, root), number]);
  for (const [body, number] of bodies) root.append(noteSection(body, number, root));
  for (const list of root.querySelectorAll("ol, ul, [data-style*='footnote-list' i]"))
    if (!list.textContent.trim()) list.remove();
}

function fragmentOf(link) {
  const fragment = link.getAttribute("href").split("#").pop();
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}

function named(name, root) {
  const quoted = CSS.escape(name);
  return name ? root.querySelector(`[id="${quoted}"], a[name="${quoted}"]`) : null;
}

function noteOf(mark, root) {
  const note = named(fragmentOf(mark), root);
  if (!note || note.contains(mark) || mark.contains(note) || note.closest("h1, h2, h3, h4, h5, h6")) return null;
  return mark.compareDocumentPosition(note) & Node.DOCUMENT_POSITION_FOLLOWING ? note : null;
}

function replaceMark(mark, number) {
  const made = mark.ownerDocument.createElement("span");
  made.dataset.note = number;
  made.textContent = number;
  const raised = mark.closest("sup");
  const whole = raised && raised.textContent.trim() === mark.textContent.trim() ? raised : mark;
  whole.replaceWith(made);
}

/** The list item, or the paragraphs, that the note is. */
function bodyOf(note, root) {
  let body = note.closest("li, p, dd, div") ?? note;
  const isOne = (element) =>
    element.tagName === "DIV" && element !== root && !element.querySelector("span[data-note]") &&
    [...element.querySelectorAll("a")].filter((link) => MARK.test(link.textContent.trim())).length <= 1;
  while (isOne(body.parentElement)) body = body.parentElement;
  return body;
}

function noteSection(body, number, root) {
  const section = root.ownerDocument.createElement("section");
  section.dataset.note = number;
  for (const link of body.querySelectorAll("a[href*='#'], a[name]")) {
    const target = link.hasAttribute("href") && named(fragmentOf(link), root);
    const leadsBack = !target || !body.contains(target);
    const isSign = MARK.test(link.textContent.trim()) || !/[\p{L}\d]/u.test(link.textContent);
    if (leadsBack && isSign) (link.closest("sup") ?? link).remove();
  }
  body.querySelectorAll("hr").forEach((line) => line.remove());
  section.append(...(body.matches("li, dd, div") ? body.childNodes : [body]));
  if (!section.contains(body)) body.remove();
  const walker = root.ownerDocument.createTreeWalker(section, NodeFilter.SHOW_TEXT);
  // What stood around the signs that led back.
  while (walker.nextNode()) {
    walker.currentNode.data = walker.currentNode.data.replace(/^[\s\u00a0^]+/, "");
    if (walker.currentNode.data) break;
  }
  return section;
}
