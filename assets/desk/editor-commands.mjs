// What the toolbar and the keys do to the text: each is one step to undo.

import { EditorView } from "./editor-library.mjs";

function change(view, from, to, insert, selection) {
  view.dispatch({ changes: { from, to, insert }, selection, scrollIntoView: true, userEvent: "input" });
  view.focus();
  return true;
}

/** Puts a sign around the selection, or takes it away. */
export function wrap(sign, closing = sign) {
  return (view) => {
    const { from, to } = view.state.selection.main;
    const before = view.state.sliceDoc(from - sign.length, from);
    const after = view.state.sliceDoc(to, to + closing.length);
    const words = view.state.sliceDoc(from, to);
    if (before === sign && after === closing) {
      const start = from - sign.length;
      return change(view, start, to + closing.length, words, { anchor: start, head: start + words.length });
    }
    const start = from + sign.length;
    return change(view, from, to, sign + words + closing, { anchor: start, head: start + words.length });
  };
}

function lines(view) {
  const { from, to } = view.state.selection.main;
  const first = view.state.doc.lineAt(from).number;
  const last = view.state.doc.lineAt(to).number;
  return Array.from({ length: last - first + 1 }, (_, index) => view.state.doc.line(first + index));
}

/** Rewrites each chosen line: `toLine(text, index)`. */
function rewriteLines(view, toLine) {
  const chosen = lines(view);
  const insert = chosen.map((line, index) => toLine(line.text, index)).join("\n");
  const from = chosen[0].from;
  return change(view, from, chosen.at(-1).to, insert, { anchor: from + insert.length });
}

const MARK = /^(\s*)(#{1,6} |> |[-*+] |\d+[.)] )?/;

/** A sign at the start of each chosen line; taken away where all have it. */
export function prefix(signOf) {
  return (view) => {
    const chosen = lines(view);
    const signs = chosen.map((_, index) => signOf(index));
    const isSet = chosen.every((line, index) => line.text.trimStart().startsWith(signs[index]));
    return rewriteLines(view, (text, index) => text.replace(MARK, isSet ? "$1" : `$1${signs[index]}`));
  };
}

export const heading = (level) => prefix(() => `${"#".repeat(level)} `);
export const quote = prefix(() => "> ");
export const list = prefix(() => "- ");
export const numbered = prefix((index) => `${index + 1}. `);

export function link(view) {
  const { from, to } = view.state.selection.main;
  const words = view.state.sliceDoc(from, to);
  const isAddress = /^(https?:\/\/|\/)\S+$/.test(words);
  const insert = isAddress ? `[](${words})` : `[${words}]()`;
  const anchor = isAddress || !words ? from + 1 : from + insert.length - 1;
  return change(view, from, to, insert, { anchor });
}

/** On lines of its own, with an empty line on either side; `|` says where one goes on writing. */
export function block(text) {
  return (view) => {
    const { from, to } = view.state.selection.main;
    const before = view.state.sliceDoc(0, from);
    const after = view.state.sliceDoc(to);
    const opening = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    const ending = !after || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
    const words = view.state.sliceDoc(from, to);
    const place = text.indexOf("|0|");
    const insert = opening + text.replace("|0|", words) + ending;
    return change(view, from, to, insert, { anchor: from + opening.length + place + words.length });
  };
}

export const code = (view) => {
  const { from, to } = view.state.selection.main;
  const isOneLine = from !== to && !view.state.sliceDoc(from, to).includes("\n");
  return (isOneLine ? wrap("`") : block("```\n|0|\n```"))(view);
};
export const rule = block("---\n|0|");

const areaOf = (view) => view.dom.parentNode.querySelector("textarea[name=body]");

/** Of the library, or uploaded: what picks it writes it where the selection is. */
export function picture(view) {
  const { form, writer } = areaOf(view);
  form.dispatchEvent(new CustomEvent("pick-picture", { detail: writer }));
  return true;
}

export function table(view) {
  const row = (cell) => `| ${[cell, cell, cell].join(" | ")} |`;
  return block(`| |0| |  |  |\n${row("---")}\n${row(" ")}`)(view);
}

/** Another row where the line is a table's; elsewhere Enter does what it does. */
export function nextRow(view) {
  const { main } = view.state.selection;
  const line = view.state.doc.lineAt(main.head);
  if (!main.empty || main.head !== line.to || !/^\s*\|.*\|\s*$/.test(line.text)) return false;
  const cells = line.text.split("|").length - 2;
  if (!line.text.replace(/[|\s]/g, "")) return change(view, line.from, line.to, "", { anchor: line.from });
  return change(view, line.to, line.to, `\n|${"  |".repeat(cells)}`, { anchor: line.to + 3 });
}

export function footnote(view) {
  const text = view.state.doc.toString();
  const used = [...text.matchAll(/\[\^(\d+)\]/g)].map((match) => Number(match[1]));
  const number = Math.max(0, ...used) + 1;
  const { to } = view.state.selection.main;
  const mark = `[^${number}]`;
  const gap = text.endsWith("\n\n") || !text ? "" : text.endsWith("\n") ? "\n" : "\n\n";
  const note = `${gap}${mark}: `;
  view.dispatch({
    changes: [{ from: to, insert: mark }, { from: text.length, insert: note }],
    selection: { anchor: text.length + mark.length + note.length },
    effects: EditorView.scrollIntoView(text.length + mark.length, { y: "center" }),
    userEvent: "input",
  });
  view.focus();
  return true;
}

/** The picker of figures and companies writes where the selection is. */
export function figure(view) {
  const { from, to } = view.state.selection.main;
  return askForFigure(view, from, to);
}

export function askForFigure(view, from, to) {
  areaOf(view).dispatchEvent(new CustomEvent("quote-figure", { bubbles: true, detail: [from, to] }));
  return true;
}
