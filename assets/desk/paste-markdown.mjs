// A pasted document as the Markdown that this site renders.

import { markNotes } from "./paste-notes.mjs";
import { inert } from "./paste-source.mjs";
import { tidy } from "./paste-tidy.mjs";
import { inParentheses, noteText, shifted, table, target } from "./paste-words.mjs";

const HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"];
const OUTLINE = "h1, h2, h3, h4, h5, h6";
// Elements that the site's Markdown knows by their tags.
const WRITTEN = ["sub", "sup", "kbd", "mark", "ins"];
const MEANT = "a[href], strong, em, s, code, sup, sub, kbd, mark, h1, h2, h3, h4, h5, h6, ul, ol, table, blockquote, pre, img, hr, section";

/**
 * {markdown, pictures}: pictures that came along as data, each with the address that stands for it
 * in the text; null for a clipboard that says no more than its words do.
 */
export function markdownOf(html, { origin, firstNote = 1, stamp = "" }) {
  const source = inert(html);
  const { body } = new DOMParser().parseFromString(source.html, "text/html");
  markNotes(body, firstNote);
  tidy(body, source.classes);
  const isPlain = !body.querySelector(MEANT) && body.querySelectorAll("p, div").length < 2;
  if (isPlain) return null;
  const notes = [...body.querySelectorAll("section[data-note]")];
  notes.forEach((note) => note.remove());
  const pictures = [];
  const writer = writerFor(body, { origin, pictures, stamp });
  const texts = [joined(writer.turndown(body)), ...notes.map((note) => noteText(note.dataset.note, joined(writer.turndown(note))))];
  return { markdown: texts.filter(Boolean).join("\n\n"), pictures };
}

function joined(markdown) {
  return markdown
    .replace(/(\\\n[ \t]*){2,}/g, "\n\n")
    .replace(/\\\n(?=\n|$)/g, "\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function writerFor(body, { origin, pictures, stamp }) {
  const levels = [...body.querySelectorAll(OUTLINE)].map((heading) => Number(heading.tagName[1]));
  const options = { headingStyle: "atx", hr: "---", bulletListMarker: "-", codeBlockStyle: "fenced", emDelimiter: "*", br: "\\" };
  const writer = new TurndownService(options);
  // A tag that was written about is no tag.
  writer.escape = (text) => TurndownService.prototype.escape(text).replace(/<(?=[a-z/!])/gi, "\\<").replace(/~~/g, "\\~~");
  const add = (name, filter, replacement) => writer.addRule(name, { filter, replacement });
  add("heading", HEADINGS, (content, node) => {
    const words = content.replace(/\s*\\?\n\s*/g, " ").trim();
    return words ? `\n\n${"#".repeat(shifted(Number(node.tagName[1]), levels))} ${words}\n\n` : "";
  });
  add("struck", ["s"], (content) => (content.trim() ? `~~${content}~~` : content));
  add("written", WRITTEN, (content, node) => {
    const name = node.tagName.toLowerCase();
    return content.trim() ? `<${name}>${content}</${name}>` : content;
  });
  add("note", (node) => node.matches("span[data-note]"), (content, node) => `[^${node.dataset.note}]`);
  add("item", ["li"], (content, node) => listItem(content, node));
  add("box", ["input"], (content, node) => (node.closest("li") ? box(node) : ""));
  add("table", ["table"], (content, node) => {
    const caption = node.caption ? joined(writer.turndown(node.caption)) : "";
    return `\n\n${caption}\n\n${table(rowsOf(node, writer))}\n\n`;
  });
  add("code", ["pre"], (content, node) => codeBlock(node));
  add("picture", ["img"], (content, node) => picture(node, origin, pictures, stamp));
  add("link", ["a"], (content, node) => link(content, node, origin));
  add("caption", ["figcaption"], (content) => (content.trim() ? `\n\n*${content.trim()}*\n\n` : ""));
  return writer;
}

function listItem(content, node) {
  const list = node.parentElement;
  const isOrdered = list?.tagName === "OL";
  const items = [...(list?.children ?? [])].filter((child) => child.tagName === "LI");
  const number = Number(list?.getAttribute("start") || 1) + items.indexOf(node);
  const sign = isOrdered ? `${number}. ` : "- ";
  const words = content.replace(/^\n+/, "").replace(/\n+$/, "").replace(/\n{2,}(?= *(?:[-*+]|\d+\.) )/g, "\n");
  const text = words.replace(/\n(?=.)/g, `\n${" ".repeat(sign.length)}`);
  return `${sign}${text}${node.nextElementSibling ? "\n" : ""}`;
}

function box(node) {
  const isSpaced = /^\s/.test(node.nextSibling?.textContent ?? "");
  return `[${node.hasAttribute("checked") ? "x" : " "}]${isSpaced ? "" : " "}`;
}

function rowsOf(element, writer) {
  const rows = [...element.rows].filter((row) => row.closest("table") === element);
  return rows.map((row, number) =>
    [...row.cells].map((cell) => ({
      // The head of a table is bold without being told.
      text: joined(writer.turndown(cell)).replace(number ? /^$/ : /^\*\*([^*]+)\*\*$/, "$1"),
      align: cell.getAttribute("align") ?? cell.dataset.style?.match(/text-align:\s*(\w+)/i)?.[1] ?? alignOf(cell),
      columns: Number(cell.getAttribute("colspan")) || 1,
      rows: Number(cell.getAttribute("rowspan")) || 1,
    })),
  );
}

function alignOf(cell) {
  const [only, ...others] = cell.children;
  if (!only || others.length) return "";
  return only.getAttribute("align") ?? only.dataset.style?.match(/text-align:\s*(\w+)/i)?.[1] ?? "";
}

function codeBlock(node) {
  node.querySelectorAll("br").forEach((one) => one.replaceWith("\n"));
  const code = node.textContent.replace(/\n$/, "");
  const classes = [node, node.parentElement, node.querySelector("code")].map((one) => one?.className ?? "").join(" ");
  const language = classes.match(/\b(?:language-|lang-|highlight-source-|brush:\s*)([\w+#-]+)/)?.[1] ?? "";
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/g)].map(([fence]) => fence.length));
  const fence = "`".repeat(longest + 1);
  return code.trim() ? `\n\n${fence}${language}\n${code}\n${fence}\n\n` : "";
}

function picture(node, origin, pictures, stamp) {
  const words = (node.getAttribute("alt") ?? "").replace(/\s+/g, " ").replace(/([\\[\]])/g, "\\$1").trim();
  const src = node.getAttribute("src") ?? "";
  if (/^data:image\//i.test(src)) {
    pictures.push({ address: `picture-${stamp}${pictures.length + 1}`, data: src, words });
    return `![${words}](${pictures.at(-1).address})`;
  }
  // One from a file cannot be read: its name says which is still to be put in.
  const address = target(src, origin) || src.split(/[\\/]/).pop();
  return address ? `![${words}](${inParentheses(address)})` : "";
}

function link(content, node, origin) {
  const address = node.hasAttribute("href") ? target(node.getAttribute("href"), origin) : "";
  const words = content.replace(/\s*\\?\n\s*/g, " ");
  if (!address || !words.trim()) return content;
  const [, before, inner, after] = words.match(/^(\s*)(.*?)(\s*)$/s);
  return `${before}[${inner}](${inParentheses(address)})${after}`;
}
