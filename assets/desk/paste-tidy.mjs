// A pasted document made into plain elements: what Word, Docs and Pages say with styles, said with
// the elements that mean it. The document is inert: nothing of it is run or fetched.

import { declarations, elementsOf, sizeOf } from "./paste-source.mjs";
import { listKind } from "./paste-words.mjs";

const BLOCKS = "p, div, ul, ol, li, table, thead, tbody, tr, td, th, blockquote, pre, h1, h2, h3, h4, h5, h6, figure, section, article, hr, dl";
const UNSEEN =
  "script, style, meta, link, title, object, embed, svg, canvas, audio, video, button, select, textarea, [hidden], .Apple-interchange-newline";
const INLINE = "strong, em, s, code, sup, sub";
const NAMES = { B: "strong", I: "em", DEL: "s", STRIKE: "s", TT: "code", SAMP: "code" };
const MERE_SPACE = /\u00a0*[ \n]\u00a0*|\u00a0{2,}|(?<=\p{L})\u00a0(?=\p{L})/gu;
const LARGER = 1.2;
const LONGEST_HEADING = 200;

/** `classes` are what the style sheet says of them. */
export function tidy(root, classes) {
  const looks = (element) => looksOf(element, classes);
  dropUnseen(root, looks);
  nameParagraphs(root, looks);
  nestParagraphs(root);
  if (!root.querySelector("h1, h2, h3, h4, h5, h6")) findHeadings(root, looks);
  nameInline(root, looks);
  joinEqual(root);
  nestLists(root);
  gatherCode(root);
  unwrapLayout(root);
  for (const heading of root.querySelectorAll("h1, h2, h3, h4, h5, h6"))
    heading.querySelectorAll("strong, a:not([href])").forEach(unwrap);
  for (const cell of root.querySelectorAll("th")) cell.querySelectorAll("strong").forEach(unwrap);
  settleSpaces(root);
}

export function looksOf(element, classes) {
  const named = [...element.classList].map((name) => classes[name]);
  return Object.assign({}, ...named, declarations(element.dataset.style ?? ""));
}

function unwrap(element) {
  element.replaceWith(...element.childNodes);
}

function renamed(element, name) {
  const made = element.ownerDocument.createElement(name);
  made.append(...element.childNodes);
  element.replaceWith(made);
  return made;
}

function wrapContent(element, name) {
  const made = element.ownerDocument.createElement(name);
  made.append(...element.childNodes);
  element.append(made);
}

function dropUnseen(root, looks) {
  root.querySelectorAll(UNSEEN).forEach((element) => element.remove());
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_COMMENT);
  const comments = [];
  while (walker.nextNode()) comments.push(walker.currentNode);
  comments.forEach((comment) => comment.remove());
  for (const element of root.querySelectorAll("[data-style]")) {
    const { display, visibility, "mso-hide": hide } = looks(element);
    if (display === "none" || visibility === "hidden" || hide === "all") element.remove();
  }
  for (const element of root.querySelectorAll("input:not([type=checkbox])")) element.remove();
}

// What a paragraph is.

function nameParagraphs(root, looks) {
  for (const element of root.querySelectorAll("p, div")) {
    const level = Number(looks(element)["mso-outline-level"]) || Number(element.getAttribute("aria-level"));
    const isHeading = element.getAttribute("role") === "heading" || looks(element)["mso-outline-level"];
    if (/^MsoTitle/.test(element.className)) renamed(element, "h1");
    else if (/^Mso(Intense)?Quote/.test(element.className)) quote(element);
    else if (isHeading && level >= 1 && level <= 6) renamed(element, `h${level}`);
  }
}

/** Paragraphs of a quotation that follow one another are one. */
function quote(element) {
  const before = element.previousElementSibling;
  const goesOn = before?.matches("blockquote[data-joined]");
  const quotation = goesOn ? before : element.ownerDocument.createElement("blockquote");
  quotation.dataset.joined = "";
  if (!goesOn) element.before(quotation);
  quotation.append(element);
  element.className = "";
}

/** Word's lists: paragraphs whose style names list and level, their signs in a span. */
function nestParagraphs(root) {
  let run = [];
  for (const element of root.querySelectorAll("p, h1, h2, h3, h4, h5, h6, .ListContainerWrapper")) {
    const level = levelOf(element);
    const signs = [...element.querySelectorAll("[data-style*='mso-list:Ignore' i]")];
    const marker = signs.map((sign) => sign.textContent).join("");
    signs.forEach((sign) => sign.remove());
    if (!level || !/^(P|DIV)$/.test(element.tagName)) continue;
    if (run.length && run.at(-1).element.nextElementSibling !== element) run = closed(run);
    run.push({ element, level, ...kindOf(element, marker) });
  }
  closed(run);
}

function levelOf(element) {
  const declared = element.dataset.style?.match(/mso-list:\s*l\d+\s+level(\d+)/i);
  const online = element.matches(".ListContainerWrapper") && element.querySelector("li[data-aria-level]");
  return Number(declared?.[1] ?? online?.dataset?.ariaLevel ?? 0);
}

function kindOf(element, marker) {
  const list = element.querySelector("ul, ol");
  if (!list) return listKind(marker);
  return { ordered: list.tagName === "OL", start: Number(list.getAttribute("start") ?? 1) };
}

function closed(run) {
  if (!run.length) return [];
  const document = run[0].element.ownerDocument;
  const place = document.createElement("div");
  run[0].element.before(place);
  const open = [];
  for (const { element, level, ordered, start } of run) {
    while (open.length && open.at(-1).level > level) open.pop();
    if (open.at(-1)?.level === level && open.at(-1).list.matches("ol") !== ordered) open.pop();
    if (open.at(-1)?.level !== level) {
      const list = document.createElement(ordered ? "ol" : "ul");
      if (ordered) list.setAttribute("start", start);
      (open.at(-1)?.list.lastElementChild ?? place).append(list);
      open.push({ level, list });
    }
    const item = document.createElement("li");
    item.append(...(element.querySelector("li") ?? element).childNodes);
    open.at(-1).list.append(item);
    element.remove();
  }
  place.replaceWith(...place.childNodes);
  return [];
}

/** Of a text without headings: short paragraphs in larger letters than most of it has. */
function findHeadings(root, looks) {
  const paragraphs = [...root.querySelectorAll("p, div")].filter((one) => !one.querySelector(BLOCKS));
  const sized = paragraphs.map((element) => {
    const [only, ...others] = [...element.children].filter((child) => child.textContent.trim());
    const inner = only && !others.length && only.textContent.trim() === element.textContent.trim();
    return { element, size: (inner && sizeOf(looks(only))) || sizeOf(looks(element)) };
  });
  const lengths = new Map();
  for (const { element, size } of sized)
    lengths.set(size, (lengths.get(size) ?? 0) + element.textContent.length);
  const [usual] = [...lengths].sort((one, other) => other[1] - one[1])[0] ?? [0];
  const isHeading = ({ element, size }) =>
    usual && size >= usual * LARGER && element.textContent.trim() && element.textContent.length <= LONGEST_HEADING && !element.closest("li, td");
  const headings = sized.filter(isHeading);
  const sizes = [...new Set(headings.map(({ size }) => size))].sort((one, other) => other - one);
  for (const { element, size } of headings) renamed(element, `h${Math.min(6, sizes.indexOf(size) + 1)}`);
}

// What words are.

function nameInline(root, looks) {
  for (const element of root.querySelectorAll("b, strong, i, em, del, strike, tt, samp, u, span, font, p, li, td, th, a, div")) {
    const declared = looks(element);
    const isUndone =
      (/^(B|STRONG)$/.test(element.tagName) && /^(normal|[1-5]00)$/.test(declared["font-weight"] ?? "")) ||
      (/^(I|EM)$/.test(element.tagName) && declared["font-style"] === "normal");
    const names = elementsOf(declared).filter((name) => !element.closest(name));
    const holdsBlocks = Boolean(element.querySelector(BLOCKS));
    if (!holdsBlocks && element.textContent.trim()) {
      const inside = element.matches("h1 *, h2 *, h3 *, h4 *, h5 *, h6 *, th") ? names.filter((name) => name !== "strong") : names;
      inside.reverse().forEach((name) => wrapContent(element, name));
    }
    if (isUndone || holdsBlocks && /^(B|STRONG|I|EM)$/.test(element.tagName)) unwrap(element);
    else if (element.tagName in NAMES) renamed(element, NAMES[element.tagName]);
    else if (/^(SPAN|FONT|U)$/.test(element.tagName) && !element.dataset.note) unwrap(element);
  }
  for (const element of root.querySelectorAll("*")) if (element.tagName.includes(":")) unwrap(element);
}

/** `<b>wo</b><b>rd</b>` is one word. */
function joinEqual(root) {
  root.normalize();
  for (const element of root.querySelectorAll(INLINE)) {
    element.querySelectorAll(element.tagName).forEach(unwrap);
    let next = element.nextSibling;
    while (next?.tagName === element.tagName || (isSpace(next) && next.nextSibling?.tagName === element.tagName)) {
      element.append(...(next.tagName ? next.childNodes : [next.textContent]));
      next.remove();
      next = element.nextSibling;
    }
    if (!element.textContent && !element.querySelector("img, [data-note]")) element.remove();
  }
  root.normalize();
}

function isSpace(node) {
  return node?.nodeType === Node.TEXT_NODE && !node.textContent.trim();
}

// What blocks are.

/** Docs puts an inner list beside its item, not into it. */
function nestLists(root) {
  for (const list of root.querySelectorAll(":is(ul, ol) > :is(ul, ol)")) {
    const before = list.previousElementSibling;
    if (before?.tagName === "LI") before.append(list);
    else unwrap(list);
  }
  for (const paragraph of root.querySelectorAll("li > p:only-of-type")) unwrap(paragraph);
  for (const item of root.querySelectorAll("li[role=checkbox], li[aria-checked]")) {
    const box = root.ownerDocument.createElement("input");
    box.type = "checkbox";
    if (item.getAttribute("aria-checked") === "true") box.setAttribute("checked", "");
    item.prepend(box);
  }
}

/** Paragraphs that are nothing but code are one block of it. */
function gatherCode(root) {
  const isCode = (element) =>
    element?.matches("p, div") && element.children.length === 1 && element.firstElementChild.matches("code") && element.textContent === element.firstElementChild.textContent;
  for (const element of [...root.querySelectorAll("p, div")].filter(isCode)) {
    if (!element.isConnected && !root.contains(element)) continue;
    const lines = [element];
    while (isCode(lines.at(-1).nextElementSibling)) lines.push(lines.at(-1).nextElementSibling);
    const hasLines = lines.length > 1 || element.querySelector("br");
    if (!hasLines) continue;
    element.querySelectorAll("br").forEach((one) => one.replaceWith("\n"));
    const block = root.ownerDocument.createElement("pre");
    const text = lines.map((line) => line.textContent.replace(/\u00a0/g, " ")).join("\n");
    block.append(Object.assign(root.ownerDocument.createElement("code"), { textContent: text }));
    element.before(block);
    lines.forEach((line) => line.remove());
  }
}

/** A table of one cell, or one that only places what stands in it. */
function unwrapLayout(root) {
  for (const table of [...root.querySelectorAll("table")].reverse()) {
    const isLayout = table.rows.length * (table.rows[0]?.cells.length ?? 0) <= 1 || table.matches("[role=presentation]");
    const cells = [...table.querySelectorAll("td, th")];
    if (isLayout && !table.parentElement.closest("table")) table.replaceWith(...cells.flatMap((cell) => [...cell.childNodes]));
  }
}

/** No-break spaces where the source only meant a space: beside another, or between two words. */
function settleSpaces(root) {
  const walker = root.ownerDocument.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { currentNode: text } = walker;
    if (!text.parentElement.closest("pre")) text.data = text.data.replace(MERE_SPACE, " ").replace(/\u00ad/g, "");
  }
  for (const paragraph of root.querySelectorAll("p, div")) if (paragraph.textContent === "\u00a0") paragraph.remove();
}
