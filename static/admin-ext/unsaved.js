"use strict";

// What an editor types into a form outlives the closed tab, the login that ran out and the refused
// save: this browser keeps it until the desk says that it is saved. Without storage or without this
// script the form works the same.
//
// Of an article the server keeps it as well (autosave.js), and the page brings those copies along:
// they and this browser's are one list, and the newest of it is put back. Events on the form:
// `desk:kept` tells what is kept now, `desk:thrown` what is thrown away, `desk:keep` asks to keep.
(() => {
  const DAYS_KEPT = 14;
  const MOST = 3;
  const SENT = "desk-sent";
  const { user, ...words } = document.currentScript.dataset;
  const PREFIX = `desk-form ${user} `;
  const key = PREFIX + location.pathname;
  const written = document.querySelectorAll("#content form[method=post]:has(textarea)");
  const form =
    document.querySelector(".change-form #content-main form[method=post]") ?? (written.length === 1 ? written[0] : null);
  const server = JSON.parse(document.getElementById("desk-kept")?.textContent ?? "null");
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
      return true;
    } catch {
      // No storage, or it is full: what is typed lasts as long as the page.
      return false;
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
  const OURS = ["csrfmiddlewaretoken", "copy"];
  const fields = () =>
    [...form.elements].filter(
      ({ name, type }) => name && !OURS.includes(name) && !name.includes("__prefix__") && !LEFT_OUT.includes(type),
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
  // A release may have made another kind of field of one.
  const isFor = (field, value) => typeof value === typeof valueOf(field) && Array.isArray(value) === (field.tagName === "SELECT");
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
      if (identity in values && !isCounter && isFor(field, values[identity])) write(field, values[identity]);
    }
  };
  // What was saved although its publication was refused is not to be told by the fields nobody sees;
  // what the form has no place for any more is not missed, but for rows that are to be added.
  const isHere = ({ values }) => {
    const there = new Map(fields().map((field) => [identityOf(field), field]));
    return Object.entries(values).every(([identity, kept]) => {
      const field = there.get(identity);
      const isOfRow = () => form.elements[`${identity.replace(/-\d+-\w+$/, "")}-TOTAL_FORMS`];
      if (!field) return !isOfRow();
      return field.type === "hidden" || !isFor(field, kept) || JSON.stringify(kept) === JSON.stringify(valueOf(field));
    });
  };
  /** This browser's copies and the server's: of each form the newest, the newest form first. */
  const known = () => {
    const newest = new Map();
    for (const copy of [...copies(), ...(server?.copies ?? [])]) {
      if (!(newest.get(copy.id)?.at >= copy.at)) newest.set(copy.id, copy);
    }
    return [...newest.values()].sort((one, other) => other.at - one.at);
  };

  const timeOf = (at) => {
    const isToday = new Date(at).toDateString() === new Date().toDateString();
    const style = isToday ? { timeStyle: "short" } : { dateStyle: "long", timeStyle: "short" };
    return new Date(at).toLocaleString(document.documentElement.lang || undefined, style);
  };
  const tell = (text, at) => {
    const note = document.createElement("p");
    note.className = "desk-unsaved";
    note.setAttribute("role", "status");
    note.append(text.replace("%s", () => timeOf(at)), " ");
    form.before(note);
    return note;
  };
  const addButton = (note, text, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button";
    button.textContent = text;
    button.addEventListener("click", act);
    note.append(button, " ");
  };
  /** Here and on the server; answers whether it is gone from both. */
  const throwAway = async (...ids) => {
    const thrown = new CustomEvent("desk:thrown", { detail: { ids, answers: [] } });
    form.dispatchEvent(thrown);
    const isGone = (await Promise.all(thrown.detail.answers)).every(Boolean);
    if (isGone) for (const id of ids) forget(id);
    return isGone;
  };

  // `form` is bound by Django's own scripts once the page is whole: what they fill in nobody typed.
  // What somebody typed before that is known by its events, and by what came before this script.
  const isAsItCame = ({ type, value, defaultValue, checked, defaultChecked }) =>
    type === "checkbox" || type === "radio" ? checked === defaultChecked : defaultValue === undefined || value === defaultValue;
  let isTypedEarly = !fields().every(isAsItCame);
  form.addEventListener("input", ({ isTrusted }) => (isTypedEarly ||= isTrusted && document.readyState !== "complete"));

  addEventListener("load", () => {
    const newId = () => `${Date.now()}-${Math.random()}`;
    const cameWith = JSON.stringify(read());
    let isSending = false;
    let isThrownAway = false;
    let pause = 0;
    let id;
    let timer;
    const nameCopy = (name) => {
      id = name;
      if (form.elements.copy) form.elements.copy.value = id;
    };
    nameCopy(isRefused && sent?.key === key ? sent.id : newId());
    const isChanged = (values = read()) => isRefused || isTypedEarly || JSON.stringify(values) !== cameWith;
    const keep = () => {
      clearTimeout(timer);
      if (isThrownAway) return;
      const start = performance.now();
      const values = read();
      const others = copies().filter((copy) => copy.id !== id);
      const copy = isChanged(values) ? { id, at: Date.now(), values } : null;
      const isStored = store(copy ? [copy, ...others] : others);
      form.dispatchEvent(new CustomEvent("desk:kept", { detail: { copy, isStored } }));
      // With each key, as long as the form is small: what it costs decides how seldom.
      pause = 10 * (performance.now() - start);
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(keep, pause);
    };
    const returnTo = ({ values, id: former }) => {
      putBack(values);
      if (former === server?.puts_back) nameCopy(former);
      else forget(former);
      keep();
    };

    const offer = (copy) => {
      const isStory = "address" in copy;
      const note = tell(isStory ? words.story.replace("%t", () => copy.title || words.untitled) : words.unsaved, copy.at);
      addButton(note, words.back, () => {
        if (isStory) return location.assign(copy.address);
        returnTo(copy);
        note.remove();
        form.querySelector("input:not([type=hidden]), textarea")?.focus();
      });
      addButton(note, words.away, async () => (await throwAway(copy.id)) && note.remove());
    };
    const show = (copy) => {
      returnTo(copy);
      const note = tell(words.shown, copy.at);
      addButton(note, words.away, async () => {
        if (!(await throwAway(copy.id, id))) return;
        isSending = isThrownAway = true;
        const address = new URL(location);
        address.searchParams.delete("copy");
        location.replace(address);
      });
    };
    let mayShow = server && !isRefused && !isTypedEarly;
    for (const copy of known()) {
      if (copy.id === id) continue;
      const isAskedFor = server?.puts_back === "newest" ? copy.at > server.saved_at : copy.id === server?.puts_back;
      if (copy.values && isHere(copy)) throwAway(copy.id);
      else if (mayShow && copy.values && isAskedFor) {
        mayShow = false;
        show(copy);
      } else offer(copy);
    }

    if (isTypedEarly) keep();
    for (const event of ["input", "change"]) form.addEventListener(event, later);
    form.addEventListener("desk:keep", keep);
    addEventListener("pagehide", keep);
    form.addEventListener("submit", () => {
      keep();
      isSending = true;
      noteSent({ key, id });
    });
    // Back from what answered instead of the desk: a login, an error, a line that failed.
    addEventListener("pageshow", ({ persisted }) => {
      if (persisted && isSending) nameCopy(newId());
      isSending = false;
    });
    addEventListener("beforeunload", (event) => {
      if (!isSending && isChanged()) event.preventDefault();
    });
  });
})();
