// One form serves the page and every reply: it moves, and what was typed moves with it.

import { askJson } from "./asking.mjs";
import { fieldsToFill, Stamp } from "./form-stamp.mjs";
import { elementOf, idOf } from "./threads.mjs";

export class ReplyForm {
  constructor(section) {
    this.section = section;
    this.stamp = new Stamp(() => this.askForStamp());
    this.home = document.createComment("form");
    this.element.before(this.home);
    this.ownTitle = this.title.innerHTML;
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
    const answer = await askJson(this.element.dataset.stamp);
    const { hidden, visible } = fieldsToFill(answer, (name) => this.field(name).value);
    for (const [name, value] of Object.entries(hidden)) this.setHidden(name, value);
    for (const [name, value] of Object.entries(visible)) this.field(name).value = value;
  }

  setHidden(name, value) {
    if (!this.field(name)) {
      const input = document.createElement("input");
      Object.assign(input, { type: "hidden", name });
      this.element.prepend(input);
    }
    this.field(name).value = value;
  }

  focus(options) {
    (this.field("name").value ? this.field("text") : this.field("name")).focus(options);
  }

  /** Stands below the comment whose button was pressed. */
  answer(button) {
    const comment = button.closest("article");
    this.field("parent").value = idOf(comment);
    this.title.textContent = button.textContent;
    button.form.after(this.element);
    if (!this.element.querySelector(".cancel")) this.addCancel(this.newCancel());
    this.focus();
    comment.scrollIntoView({ block: "nearest" });
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
  }

  clear() {
    this.goHome();
    this.field("text").value = "";
    this.field("quote").value = "";
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
