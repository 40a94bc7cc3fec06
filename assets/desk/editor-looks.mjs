// How the text looks while it is written: signs quiet, headings large, links by their words, code as
// code. The text itself is plain Markdown, whatever it looks like.

import { Decoration, EditorView, StateEffect, StateField, syntaxTree, tagHighlighter, tags, ViewPlugin, WidgetType } from "./editor-library.mjs";

export const looks = tagHighlighter([
  { tag: tags.processingInstruction, class: "md-sign" },
  { tag: tags.heading1, class: "md-h1" },
  { tag: tags.heading2, class: "md-h2" },
  { tag: tags.heading3, class: "md-h3" },
  { tag: [tags.heading4, tags.heading5, tags.heading6], class: "md-h4" },
  { tag: tags.strong, class: "md-strong" },
  { tag: tags.emphasis, class: "md-em" },
  { tag: tags.strikethrough, class: "md-gone" },
  { tag: tags.monospace, class: "md-code" },
  { tag: tags.link, class: "md-link" },
  { tag: tags.url, class: "md-address" },
  { tag: tags.quote, class: "md-quote" },
]);

class FactDate extends WidgetType {
  constructor(date) {
    super();
    this.date = date;
  }

  eq(other) {
    return other.date === this.date;
  }

  toDOM() {
    const shown = document.createElement("span");
    shown.className = "md-date";
    shown.textContent = this.date;
    // The text around it may be of another language.
    shown.lang = document.documentElement.lang;
    shown.dir = document.documentElement.dir || "ltr";
    return shown;
  }
}

const HIDDEN = Decoration.replace({});
const FIGURE = Decoration.mark({ class: "md-figure" });
const LINES = {
  FencedCode: Decoration.line({ class: "md-code-line", attributes: { spellcheck: "false" } }),
  CodeBlock: Decoration.line({ class: "md-code-line" }),
  Blockquote: Decoration.line({ class: "md-quote-line" }),
  Table: Decoration.line({ class: "md-table-line" }),
};
const EITHER_WAY = Decoration.line({ attributes: { dir: "auto" } });

/** The words of a link, or its address as well where one is at it. */
function* ofLink(node, state, dates) {
  const url = node.getChild("URL");
  const [opening, closing] = node.getChildren("LinkMark");
  if (!url || !closing || opening.to === closing.from) return;
  const address = state.sliceDoc(url.from, url.to);
  const isFigure = address.startsWith("fact:");
  if (isFigure) yield FIGURE.range(opening.to, closing.from);
  const isHere = state.selection.ranges.some(({ from, to }) => from <= node.to && to >= node.from);
  if (isHere) return;
  yield HIDDEN.range(opening.from, opening.to);
  const date = isFigure && dates.get(address);
  const shown = date ? Decoration.replace({ widget: new FactDate(date) }) : HIDDEN;
  yield shown.range(closing.from, node.to);
}

function* ofLines(node, state, deco) {
  const first = state.doc.lineAt(node.from).number;
  const last = state.doc.lineAt(node.to).number;
  for (let number = first; number <= last; number++) yield deco.range(state.doc.line(number).from);
}

function found(view) {
  const { state } = view;
  const dates = state.field(figureDates);
  const all = [];
  for (const { from, to } of view.visibleRanges) {
    for (let place = from; place <= to; ) {
      const line = state.doc.lineAt(place);
      all.push(EITHER_WAY.range(line.from));
      place = line.to + 1;
    }
    syntaxTree(state).iterate({
      from,
      to,
      enter: ({ name, node }) => {
        if (name === "Link") all.push(...ofLink(node, state, dates));
        else if (name in LINES) all.push(...ofLines(node, state, LINES[name]));
      },
    });
  }
  return Decoration.set(all, true);
}

export const written = ViewPlugin.fromClass(
  class {
    constructor(view) {
      this.decorations = found(view);
    }

    update(update) {
      const isToldDates = update.transactions.some((one) => one.effects.some((effect) => effect.is(tellDates)));
      const isParsed = syntaxTree(update.startState) !== syntaxTree(update.state);
      if (update.docChanged || update.selectionSet || update.viewportChanged || isToldDates || isParsed)
        this.decorations = found(update.view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

export const tellDates = StateEffect.define();
export const figureDates = StateField.define({
  create: () => new Map(),
  update: (dates, { effects }) => effects.find((effect) => effect.is(tellDates))?.value ?? dates,
});

const BARE = Decoration.mark({ class: "md-bare" });
export const tellBare = StateEffect.define();
/** Figures without a source, as the server last found them. */
export const bareFigures = StateField.define({
  create: () => Decoration.none,
  update(marks, { changes, effects, state }) {
    const told = effects.find((effect) => effect.is(tellBare));
    return told ? Decoration.set(bareIn(state.doc, told.value), true) : marks.map(changes);
  },
  provide: (field) => EditorView.decorations.from(field),
});

function bareIn(doc, figures) {
  const all = [];
  for (const { text, line } of figures) {
    if (line < 1 || line > doc.lines) continue;
    const from = doc.line(line).from;
    const at = doc.sliceString(from, from + 5_000).indexOf(text);
    if (at >= 0) all.push(BARE.range(from + at, from + at + text.length));
  }
  return all;
}
