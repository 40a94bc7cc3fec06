// One form serves the page and every reply: it moves, and what was typed moves with it.

import { askJson } from "./asking.mjs";
import { Draft } from "./draft.mjs";
import { fieldsToFill, Stamp } from "./form-stamp.mjs";
import { tellMatter } from "./matter.mjs";
import { elementOf, idOf, PREFIX } from "./threads.mjs";

const WRITTEN = ["text", "quote", "value", "as_of", "link"];
const DRAFTED = ["parent", "kind", ...WRITTEN];

/** What the next comment has in common with the one that was posted. */
const WHO_WRITES = ["name", "email", "wants_replies", "remember"];

/** A form as nobody has filled it in yet: one that came refused has lost what was wrong. */
function emptied(form) {
  const next = form.cloneNode(true);
  for (const words of next.querySelectorAll(".notice.error, .matter, .errorlist")) words.remove();
  for (const field of next.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  next.reset();
  return next;
}

export class ReplyForm {
  constructor(section) {
    this.section = section;
    this.stamp = new Stamp(() => this.askForStamp());
    this.draft = new Draft(this.element.getAttribute("action"), this.values);
    this.home = document.createComment("form");
    this.element.before(this.home);
    this.ownTitle = this.title.innerHTML;
    this.first = emptied(this.element);
  }

  // Looked up each time: a refused form is replaced by the one that says why.
  get element() {
    return this.section.querySelector(".comment-form");
  }

  get title() {
    return this.element.querySelector(".form-title");
  }

  get isBusy() {
    return this.element.getAttribute("aria-busy") === "true";
  }

  field(name) {
    return this.element.elements.namedItem(name);
  }

  async askForStamp() {
    const answer = await askJson(`${this.element.getAttribute("action")}form/`);
    const { hidden, visible } = fieldsToFill(answer, (name) => this.field(name).value);
    for (const [name, value] of Object.entries(hidden)) this.setHidden(name, value);
    for (const [name, value] of Object.entries(visible)) this.field(name).value = value;
    if (answer.remember) this.field("remember").checked = true;
  }

  setHidden(name, value) {
    if (!this.field(name)) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name });
      this.element.prepend(input);
    }
    this.field(name).value = value;
  }

  get values() {
    return Object.fromEntries(DRAFTED.map((name) => [name, this.field(name).value]));
  }

  keepDraft() {
    if (this.element) this.draft.keep(this.values);
  }

  /** Puts back what this browser kept, unless the form has words already or answers another comment. */
  restoreDraft() {
    const { kept } = this.draft;
    if (!kept || this.field("text").value || this.field("quote").value) return;
    if (kept.parent !== this.field("parent").value && !this.goTo(kept.parent)) return;
    for (const name of WRITTEN) this.field(name).value = kept[name] ?? "";
    for (const box of this.field("kind")) box.checked = box.value === kept.kind;
    this.draft.show(this.values);
    this.tell(this.section.dataset.kept);
    this.tellMatter();
  }

  /** Below the comment of this id, if it is here to be answered. */
  goTo(parent) {
    const button = parent && document.querySelector(`#${PREFIX}${CSS.escape(parent)} > form > [name=reply]`);
    if (button) this.standBelow(button);
    return Boolean(button);
  }

  /** Says something above the button that posts it. */
  tell(words) {
    const told = this.element.querySelector(".told") ?? document.createElement("p");
    Object.assign(told, { className: "told notice", textContent: words });
    told.setAttribute("role", "status");
    this.element.querySelector(".primary").parentElement.before(told);
  }

  tellMatter() {
    return tellMatter(this.element);
  }

  focus(options) {
    (this.field("name").value ? this.field("text") : this.field("name")).focus(options);
  }

  /** Stands below the comment whose button was pressed. */
  answer(button) {
    this.standBelow(button);
    this.focus();
    button.closest("article").scrollIntoView({ block: "nearest" });
  }

  standBelow(button) {
    this.field("parent").value = idOf(button.closest("article"));
    this.title.textContent = button.textContent;
    button.form.after(this.element);
    if (!this.element.querySelector(".cancel")) this.addCancel(this.newCancel());
  }

  newCancel() {
    const button = document.createElement("button");
    const label = this.section.dataset.cancel;
    Object.assign(button, { type: "button", className: "cancel", textContent: label });
    button.addEventListener("click", () => {
      const buttons = this.element.previousElementSibling;
      this.goHome();
      buttons?.elements?.reply?.focus();
    });
    return button;
  }

  addCancel(button) {
    this.element.querySelector(".primary").after(" ", button);
  }

  goHome() {
    this.field("parent").value = "";
    this.title.innerHTML = this.ownTitle;
    this.element.querySelector(".cancel")?.remove();
    this.home.after(this.element);
  }

  correct(words) {
    this.goHome();
    this.field("quote").value = words;
    this.element.querySelector('[name="kind"][value="correction"]').checked = true;
    this.element.scrollIntoView({ block: "start" });
    this.focus({ preventScroll: true });
    this.tellMatter();
  }

  /** Stands as it came with the page, for the next comment of who has written one. */
  clear() {
    this.goHome();
    const next = this.first.cloneNode(true);
    for (const name of WHO_WRITES) {
      const { value, checked } = this.field(name);
      Object.assign(next.elements.namedItem(name), { value, checked });
    }
    for (const name of WRITTEN) next.elements.namedItem(name).value = "";
    this.element.replaceWith(next);
    this.draft.forget(this.values);
    this.stamp.forget();
  }

  /** Shows the form as the server sent it back; false when the discussion takes no more. */
  replaceWith(html) {
    const parent = this.field("parent").value;
    const cancel = this.element.querySelector(".cancel");
    this.element.replaceWith(elementOf(html));
    if (!this.element) return false;
    if (this.field("parent").value !== parent) this.goHome();
    else if (cancel) this.addCancel(cancel);
    this.stamp.isThere();
    this.element.querySelector(".notice")?.focus();
    return true;
  }
}
