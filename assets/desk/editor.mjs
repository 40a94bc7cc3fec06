// The editor over the textarea, which stays the form's field: what is written in one is in the other.

import { askForFigure, nextRow } from "./editor-commands.mjs";
import { autocompletion, Compartment, defaultKeymap, deleteMarkupBackward, EditorState, EditorView, history, historyKeymap, indentLess, indentMore, insertNewlineContinueMarkupCommand, keymap, markdownLanguage, placeholder, search, searchKeymap, syntaxHighlighting, Transaction } from "./editor-library.mjs";
import { bareFigures, figureDates, looks, tellBare, tellDates, written } from "./editor-looks.mjs";
import { shownKey, slashMenu, toolbar, TOOLS } from "./editor-tools.mjs";

const WORDS_PER_MINUTE = 220;
const PAUSE = 300;

const isInList = ({ state }) => /^\s*([-*+]|\d+[.)])\s/.test(state.doc.lineAt(state.selection.main.head).text);
const inList = (command) => (view) => isInList(view) && command(view);

function keys() {
  const tools = TOOLS.filter((tool) => tool.key).map(({ key, run }) => ({ key, run, preventDefault: true }));
  // Ctrl+Enter publishes.
  const basic = [...searchKeymap, ...historyKeymap, ...defaultKeymap].filter(({ key }) => key !== "Mod-Enter");
  return keymap.of([
    ...tools,
    { key: "Enter", run: nextRow },
    { key: "Enter", run: insertNewlineContinueMarkupCommand({ nonTightLists: false }) },
    { key: "Backspace", run: deleteMarkupBackward },
    { key: "Tab", run: inList(indentMore), shift: inList(indentLess) },
    ...basic,
  ]);
}

/** The text of the field becomes that of the editor, by the least that differs. */
function take(view, text) {
  const mine = view.state.doc.toString();
  if (mine === text) return;
  const most = Math.min(mine.length, text.length);
  let start = 0;
  while (start < most && mine[start] === text[start]) start++;
  let end = 0;
  while (end < most - start && mine[mine.length - 1 - end] === text[text.length - 1 - end]) end++;
  view.dispatch({ changes: { from: start, to: mine.length - end, insert: text.slice(start, text.length - end) } });
}

function keepInStep(area) {
  let isMine = false;
  const toArea = EditorView.updateListener.of(({ docChanged, state, transactions, view }) => {
    if (!docChanged) return;
    const text = state.doc.toString();
    if (area.value !== text) {
      area.value = text;
      isMine = true;
      area.dispatchEvent(new Event("input", { bubbles: true }));
      isMine = false;
    }
    const isTyped = transactions.some((one) => one.isUserEvent("input.type"));
    const { head } = state.selection.main;
    if (isTyped && /(^|[^[])\[\[$/.test(state.sliceDoc(head - 3, head))) setTimeout(() => askForFigure(view, head - 2, head));
  });
  const toEditor = (view) => {
    for (const event of ["input", "change"]) area.addEventListener(event, () => isMine || take(view, area.value));
  };
  return { toArea, toEditor };
}

/** For those who write into the text from elsewhere: see field.mjs. */
function writerOf(view) {
  return {
    element: view.dom,
    text: () => view.state.doc.toString(),
    selection: () => [view.state.selection.main.from, view.state.selection.main.to],
    replace: (from, to, insert) =>
      view.dispatch({
        changes: { from, to, insert },
        selection: { anchor: from + insert.length },
        annotations: [Transaction.userEvent.of("input.paste")],
        scrollIntoView: true,
      }),
    positionAt: (x, y) => view.posAtCoords({ x, y }),
    patch: (from, to, insert) => view.dispatch({ changes: { from, to, insert } }),
    select: (anchor, head) => view.dispatch({ selection: { anchor, head }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) }),
    focus: () => view.focus(),
  };
}

function attributesOf(area, words, language) {
  return EditorView.contentAttributes.of({
    "aria-label": words.label,
    "aria-describedby": "room-leave",
    autocapitalize: "sentences",
    autocorrect: "on",
    lang: language || area.lang,
    spellcheck: "true",
  });
}

function statusLine(form, words) {
  const line = document.createElement("p");
  line.className = "room-status";
  const [count, sourced, language, leave] = ["count", "sourced", "language", "leave"].map((name) => {
    const part = document.createElement("span");
    part.className = `is-${name}`;
    line.append(part, " ");
    return part;
  });
  leave.id = "room-leave";
  leave.textContent = words.leave;
  const segmenter = globalThis.Intl?.Segmenter && new Intl.Segmenter(undefined, { granularity: "word" });
  const counted = (text) =>
    segmenter ? [...segmenter.segment(text)].filter((one) => one.isWordLike).length : (text.match(/\S+/g) ?? []).length;
  const tell = () => {
    const text = form.elements.body.value.replace(/\]\([^)]*\)/g, "]");
    const total = counted(text);
    count.textContent = words.count.replace("%w", total.toLocaleString()).replace("%m", Math.ceil(total / WORDS_PER_MINUTE));
    const tag = form.elements.language?.value;
    try {
      language.textContent = tag ? new Intl.DisplayNames(document.documentElement.lang, { type: "language" }).of(tag) : "";
    } catch {
      language.textContent = tag;
    }
  };
  const tellSourced = () => (sourced.textContent = form.querySelector("#desk-coverage strong")?.textContent ?? "");
  return { line, tell, tellSourced };
}

function helpDialog(form, words) {
  const dialog = document.createElement("dialog");
  dialog.className = "room-help";
  dialog.setAttribute("aria-labelledby", "room-help-title");
  const title = Object.assign(document.createElement("h2"), { id: "room-help-title", textContent: words.help });
  const rows = document.createElement("dl");
  const own = TOOLS.filter((tool) => tool.key).map(({ name, key }) => [shownKey(key), words[name]]);
  const rest = words.keys.split("\n").map((line) => line.trim().split(" = ")).filter((row) => row.length === 2);
  for (const [key, text] of [...own, ...rest]) {
    const term = document.createElement("dt");
    const kbd = document.createElement("kbd");
    kbd.textContent = key;
    term.append(kbd);
    rows.append(term, Object.assign(document.createElement("dd"), { textContent: text }));
  }
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: words.close, className: "room-act" });
  close.addEventListener("click", () => dialog.close());
  dialog.append(title, rows, close);
  form.append(dialog);
  return dialog;
}

function start(settings, form) {
  const area = form.querySelector("textarea[name=body]");
  if (!area) return;
  const words = settings.dataset;
  const { toArea, toEditor } = keepInStep(area);
  const attributes = new Compartment();
  const view = new EditorView({
    state: EditorState.create({
      doc: area.value,
      extensions: [
        EditorView.cspNonce.of(settings.nonce),
        keys(),
        history(),
        markdownLanguage,
        syntaxHighlighting(looks),
        figureDates,
        bareFigures,
        written,
        EditorView.lineWrapping,
        EditorView.perLineTextDirection.of(true),
        search({ top: true }),
        autocompletion({ override: [slashMenu(words)], icons: false, activateOnTyping: true, interactionDelay: 0 }),
        placeholder(area.placeholder),
        attributes.of(attributesOf(area, words)),
        toArea,
      ],
    }),
  });
  area.before(view.dom);
  // Its tools do what these are for.
  for (const button of area.parentNode.querySelectorAll(".desk-pick")) button.remove();
  area.classList.add("is-behind");
  area.tabIndex = -1;
  area.setAttribute("aria-hidden", "true");
  area.writer = writerOf(view);
  area.focus = () => view.focus();
  toEditor(view);

  const help = helpDialog(form, words);
  const isFocused = (isOn) => {
    form.classList.toggle("is-focused", isOn);
    form.querySelector(".room-tools .is-full").setAttribute("aria-pressed", isOn);
    view.focus();
  };
  const more = [
    { name: "full", run: () => isFocused(!form.classList.contains("is-focused")) },
    { name: "help", run: () => help.showModal() },
  ];
  const tools = toolbar(view, words, more);
  const status = statusLine(form, words);
  area.after(tools, status.line);
  status.tell();
  let timer;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(status.tell, PAUSE);
  });
  form.elements.language?.addEventListener("change", () => {
    view.dispatch({ effects: attributes.reconfigure(attributesOf(area, words, form.elements.language.value)) });
    status.tell();
  });
  const figures = document.getElementById("desk-coverage");
  const tellFigures = () => {
    const bare = [...figures.querySelectorAll('li[data-part="0"]')].map(({ dataset }) => ({ text: dataset.text, line: Number(dataset.line) }));
    const dates = [...figures.querySelectorAll("[data-address]")].map(({ dataset }) => [dataset.address, dataset.asOf]);
    view.dispatch({ effects: [tellBare.of(bare), tellDates.of(new Map(dates))] });
    status.tellSourced();
  };
  new MutationObserver(tellFigures).observe(figures, { childList: true });
  tellFigures();
  document.addEventListener("keydown", (event) => {
    const isWriting = event.target.closest?.("input, textarea, select, [contenteditable=true]");
    if (event.key === "?" && !isWriting && !document.querySelector("dialog:modal")) help.showModal();
    if (event.key === "Escape" && form.classList.contains("is-focused") && !event.defaultPrevented) isFocused(false);
  });
}

document.addEventListener("DOMContentLoaded", () => {
  const settings = document.getElementById("desk-editor");
  const form = document.getElementById("article_form");
  if (settings && form) start(settings, form);
});
