"use strict";

// What an editor types into a form outlives the closed tab, the login that ran out and the refused
// save: this browser keeps it until the desk says that it is saved. Without storage or without this
// script the form works the same.
(() => {
  const PAUSE = 300;
  const DAYS_KEPT = 14;
  const MOST = 3;
  const SENT = "desk-sent";
  const { user, ...words } = document.currentScript.dataset;
  const PREFIX = `desk-form ${user} `;
  const key = PREFIX + location.pathname;
  const written = document.querySelectorAll("#content form[method=post]:has(textarea)");
  const form =
    document.querySelector(".change-form #content-main form[method=post]") ?? (written.length === 1 ? written[0] : null);
  const isOld = ({ at }) => Date.now() - at > DAYS_KEPT * 24 * 3600 * 1000;

  // Several tabs may write into the same form: each has a copy of its own, the newest first.
  const copies = (of = key) => {
    try {
      return JSON.parse(localStorage.getItem(of)).filter((copy) => !isOld(copy));
    } catch {
      return [];
    }
  };
  const store = (list, of = key) => {
    try {
      if (list.length) localStorage.setItem(of, JSON.stringify(list.slice(0, MOST)));
      else localStorage.removeItem(of);
    } catch {
      /* no storage, or it is full: what is typed lasts as long as the page */
    }
  };
  const forget = (id, of = key) => store(copies(of).filter((copy) => copy.id !== id), of);
  const forgetWhatIsOld = () => {
    try {
      for (const name of Object.keys(localStorage)) if (name.startsWith(PREFIX)) store(copies(name), name);
    } catch {
      /* no storage */
    }
  };
  /** The copy that this tab sent to the server before this page, once. */
  const takeSent = () => {
    try {
      const sent = JSON.parse(sessionStorage.getItem(SENT));
      sessionStorage.removeItem(SENT);
      return sent;
    } catch {
      return null;
    }
  };
  const noteSent = (sent) => {
    try {
      sessionStorage.setItem(SENT, JSON.stringify(sent));
    } catch {
      /* no storage */
    }
  };

  // A page with errors holds what was typed; so does one that shows both texts of a conflict.
  const isRefused = form?.querySelector(".errornote, .errorlist, .desk-conflict:not(.desk-asked)");
  const sent = takeSent();
  const isSaved = !isRefused && document.querySelector(".messagelist :is(.success, .warning)");
  if (sent && isSaved) forget(sent.id, sent.key);
  forgetWhatIsOld();
  if (!form) return;

  const LEFT_OUT = ["submit", "button", "file", "password", "image"];
  const fields = () =>
    [...form.elements].filter(
      ({ name, type }) => name && name !== "csrfmiddlewaretoken" && !name.includes("__prefix__") && !LEFT_OUT.includes(type),
    );
  const valueOf = (field) => {
    if (field.type === "checkbox" || field.type === "radio") return field.checked;
    if (field.tagName !== "SELECT") return field.value;
    // Of a choice that is looked up, this page may not have the words.
    return [...field.selectedOptions].map((option) => [option.value, option.text]);
  };
  const identityOf = (field) => (field.type === "radio" ? `${field.name}=${field.value}` : field.name);
  const read = () => Object.fromEntries(fields().map((field) => [identityOf(field), valueOf(field)]));
  const write = (field, value) => {
    if (field.tagName === "SELECT") {
      for (const [choice, text] of value) {
        const isThere = [...field.options].some((option) => option.value === choice);
        if (!isThere) field.add(new Option(text, choice));
      }
      const chosen = value.map(([choice]) => choice);
      for (const option of field.options) option.selected = chosen.includes(option.value);
    } else if (field.type === "checkbox" || field.type === "radio") field.checked = value;
    else field.value = value;
    for (const event of ["input", "change"]) field.dispatchEvent(new Event(event, { bubbles: true }));
  };
  const addRows = (values) => {
    for (const [name, total] of Object.entries(values)) {
      if (!name.endsWith("-TOTAL_FORMS")) continue;
      const prefix = name.slice(0, -"-TOTAL_FORMS".length);
      const link = document.querySelector(`[id="${prefix}-group"] .add-row a`);
      while (link && Number(form.elements[name]?.value) < Number(total)) link.click();
    }
  };
  const putBack = (values) => {
    addRows(values);
    for (const field of fields()) {
      const identity = identityOf(field);
      const isCounter = identity.endsWith("-TOTAL_FORMS");
      if (identity in values && !isCounter) write(field, values[identity]);
    }
  };

  // `form` is bound by Django's own scripts once the page is whole: what they fill in nobody typed.
  addEventListener("load", () => {
    let id = isRefused && sent?.key === key ? sent.id : `${Date.now()}-${Math.random()}`;
    let cameWith = JSON.stringify(read());
    let isSending = false;
    let timer;
    const isChanged = () => isRefused || JSON.stringify(read()) !== cameWith;
    const keep = () => {
      clearTimeout(timer);
      const others = copies().filter((copy) => copy.id !== id);
      store(isChanged() ? [{ id, at: Date.now(), values: read() }, ...others] : others);
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(keep, PAUSE);
    };

    const offer = (copy) => {
      const note = document.createElement("p");
      note.className = "desk-unsaved";
      note.setAttribute("role", "status");
      const when = new Date(copy.at).toLocaleString(document.documentElement.lang || undefined, {
        dateStyle: "long",
        timeStyle: "short",
      });
      note.append(words.unsaved.replace("%s", when), " ");
      const button = (text, act) => {
        const made = document.createElement("button");
        made.type = "button";
        made.className = "button";
        made.textContent = text;
        made.addEventListener("click", () => {
          act();
          note.remove();
        });
        note.append(made, " ");
      };
      button(words.back, () => {
        putBack(copy.values);
        if (copy.id !== id) forget(id);
        id = copy.id;
        keep();
        form.querySelector("input:not([type=hidden]), textarea")?.focus();
      });
      button(words.away, () => forget(copy.id));
      form.before(note);
    };
    // What was saved although its publication was refused is not to be told by the fields nobody sees.
    const isHere = ({ values }) => {
      const there = new Map(fields().map((field) => [identityOf(field), field]));
      return Object.entries(values).every(([identity, kept]) => {
        const field = there.get(identity);
        return field && (field.type === "hidden" || JSON.stringify(kept) === JSON.stringify(valueOf(field)));
      });
    };
    for (const copy of copies()) {
      if (copy.id === id) continue;
      if (isHere(copy)) forget(copy.id);
      else offer(copy);
    }

    for (const event of ["input", "change"]) form.addEventListener(event, later);
    addEventListener("pagehide", keep);
    form.addEventListener("submit", () => {
      keep();
      isSending = true;
      noteSent({ key, id });
    });
    // Back from what answered instead of the desk: a login, an error, a line that failed.
    addEventListener("pageshow", () => (isSending = false));
    addEventListener("beforeunload", (event) => {
      if (!isSending && isChanged()) event.preventDefault();
    });
  });
})();
