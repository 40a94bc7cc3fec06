/* global deskSigningIn */
"use strict";

// What is typed into an article's form is kept on the server as well, and nothing is loaded anew for
// it: the cursor and what can be undone stay. unsaved.js reads the form and keeps the browser's copy.
(() => {
  const settings = document.getElementById("desk-autosave");
  const form = document.getElementById("article_form");
  if (!settings || !form) return;
  const words = settings.dataset;
  const { url } = words;
  const { fill } = deskSigningIn;
  const PAUSE = 2_000;
  const LONGEST_WAIT = 10_000;
  const BEAT = 20_000;
  const PATIENCE = 15_000;
  const MOST_PATIENT = 60_000;
  // More than a browser sends for a page that is left.
  const MOST_FOR_LEAVING = 60_000;

  const named = document.createElement("input");
  Object.assign(named, { type: "hidden", name: "copy" });
  form.append(named);

  // What the form shows of all this

  const slot = (id) => {
    const there = document.getElementById(id);
    if (there) return there;
    const made = document.createElement("p");
    made.id = id;
    made.className = "desk-slot";
    form.before(made);
    return made;
  };
  const people = slot("desk-people");
  const told = slot("desk-saved");
  const problem = document.createElement("span");
  problem.setAttribute("role", "status");
  const state = document.createElement("span");
  // What is read out is what went wrong, and not the seconds since.
  told.removeAttribute("role");
  told.append(state, problem);
  const newer = document.createElement("p");
  newer.className = "desk-newer";
  newer.setAttribute("role", "status");
  newer.hidden = true;
  const bar = form.querySelector(".room-bar");
  if (bar) bar.append(newer);
  else form.before(newer);

  const language = document.documentElement.lang || undefined;
  const ago = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  let savedAt = null;
  const sinceSaved = () => {
    const seconds = Math.round((Date.now() - savedAt) / 1000);
    if (seconds < 60) return ago.format(-seconds, "second");
    return seconds < 3600 ? ago.format(-Math.floor(seconds / 60), "minute") : ago.format(-Math.floor(seconds / 3600), "hour");
  };
  const showSaved = () => {
    if (savedAt && !problem.textContent) state.textContent = fill(words.saved, { ago: sinceSaved() });
  };
  const show = (text, wrong = "") => {
    if (problem.textContent !== wrong) problem.textContent = wrong;
    state.textContent = text;
    told.toggleAttribute("data-wrong", wrong !== "");
  };
  setInterval(showSaved, 5_000);

  const showPeople = (found) => {
    const names = found.map(({ name, is_typing: isTyping }) => fill(isTyping ? words.typing : words.here, { name }));
    people.textContent = names.join(" · ");
  };
  const baseNumber = () => Number(form.elements.base_number?.value || 0);
  const showNewer = (newest) => {
    if (!newest || newest.number <= baseNumber()) return;
    const time = new Date(newest.at).toLocaleTimeString(language, { timeStyle: "short" });
    const text = fill(words.newer, { name: newest.by, number: newest.number, time });
    if (newer.textContent !== text) newer.textContent = text;
    newer.hidden = false;
  };
  const showNews = (answer) => {
    showPeople(answer.people);
    showNewer(answer.newest);
  };

  // What goes to and fro

  let editor = Number(words.user);
  const token = () => form.elements.csrfmiddlewaretoken;
  const request = (method, body, isLast = false) =>
    fetch(url, {
      method,
      body,
      headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRFToken": token().value },
      keepalive: isLast && new Blob([body]).size < MOST_FOR_LEAVING,
      signal: isLast ? undefined : AbortSignal.timeout(PATIENCE),
    });
  /** Who is signed in, or null; the page gets the token of that login. */
  const look = async () => {
    const response = await request("GET");
    if (response.status === 401) return null;
    if (!response.ok) throw new Error(response.status);
    const login = await response.json();
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = login.token;
    return login;
  };
  const post = async (content, isLast) => {
    const body = JSON.stringify({ user: editor, base_number: baseNumber(), ...content });
    const response = await request("POST", body, isLast);
    // Signed in again in another window: the token is older than that.
    if (response.status !== 403 || isLast || !(await look())) return response;
    return request("POST", body);
  };

  let pending = null;
  let isStored = true;
  let since = 0;
  let typedAt = 0;
  let failures = 0;
  let isBusy = false;
  let isHeld = false;
  let isLeaving = false;
  let timer;

  const schedule = () => {
    clearTimeout(timer);
    if (!pending || isBusy || isHeld || isLeaving) return;
    const due = Math.min(typedAt + PAUSE, since + LONGEST_WAIT) - Date.now();
    timer = setTimeout(send, failures ? Math.min(1_000 * 2 ** (failures - 1), MOST_PATIENT) : Math.max(0, due));
  };

  const rememberStory = (copy) => {
    if (settings.dataset.story === undefined) return;
    const address = new URL(location);
    if (address.searchParams.get("copy") === copy) return;
    address.searchParams.set("copy", copy);
    history.replaceState(history.state, "", address);
  };
  const whyNot = async (response) => {
    if (response.status === 403) return words.forbidden;
    if (response.status === 404) return words.gone;
    const told = await response.json().catch(() => null);
    return told?.error ?? words.broken;
  };
  /** Whether it is done with; what the network or the server could not do is tried again. */
  const settle = async (copy, response) => {
    if (response.status === 401) return hold(null), false;
    if (response.status === 409) return hold(await response.json()), false;
    if (response.status >= 500) throw new Error(response.status);
    if (!response.ok) {
      show("", fill(words.refused, { why: await whyNot(response) }));
      return true;
    }
    failures = 0;
    savedAt = Date.now();
    if (copy.values) rememberStory(copy.id);
    show(fill(words.saved, { ago: sinceSaved() }));
    showNews(await response.json());
    return true;
  };
  const contentOf = ({ id, at, values }) => (values ? { copy: id, at, values } : { thrown: id });
  const send = async () => {
    clearTimeout(timer);
    if (!pending || isBusy) return;
    const copy = pending;
    pending = null;
    since = 0;
    isBusy = true;
    if (!failures) show(words.saving);
    try {
      if (!(await settle(copy, await post(contentOf(copy))))) pending ??= copy;
    } catch {
      failures += 1;
      pending ??= copy;
      show("", isStored ? words.offline : words.lost);
    }
    since ||= Date.now();
    isBusy = false;
    schedule();
  };

  form.addEventListener("desk:kept", ({ detail }) => {
    const { copy } = detail;
    isStored = detail.isStored;
    if (!copy && !pending && !savedAt) return;
    pending = copy ?? { id: named.value };
    typedAt = Date.now();
    since ||= typedAt;
    schedule();
  });
  form.addEventListener("desk:thrown", ({ detail }) => {
    const isTaken = async (thrown) => {
      try {
        return (await post({ thrown })).ok;
      } catch {
        show("", words.offline);
        return false;
      }
    };
    pending = null;
    detail.answers.push(...detail.ids.map(isTaken));
  });

  // A login that ran out, or is somebody else's

  let asking = null;
  const askToSignIn = (other) => {
    asking ??= deskSigningIn.ask({ words, next: url, look, other }).then((login) => {
      asking = null;
      return login && resume(login);
    });
    return asking;
  };
  const resume = async ({ user }) => {
    editor = user;
    isHeld = false;
    show("");
    try {
      await look();
    } catch {
      /* the next request finds out */
    }
    send();
    return true;
  };
  const whenIdle = (act) => {
    const wait = 1_000 - (Date.now() - typedAt);
    if (wait > 0) setTimeout(() => whenIdle(act), wait);
    else act();
  };
  function hold(other) {
    if (isHeld) return;
    isHeld = true;
    show("", other ? fill(words.other, { name: other.name, user: words.username }) : words.signedOut);
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button";
    again.textContent = words.signIn;
    again.addEventListener("click", () => askToSignIn(other));
    state.replaceChildren(again, " ");
    // Keys that are meant for the text are not to end up in the dialog.
    whenIdle(() => isHeld && askToSignIn(other));
  }

  // Saving itself: with a login that stands, its token, and a server that answers

  let isReady = false;
  let isLooking = false;
  const getReady = async () => {
    try {
      const login = await look();
      if (!login || login.user !== editor) return Boolean(await askToSignIn(login ?? undefined));
    } catch (error) {
      const isRefusal = Number(error.message) >= 400 && Number(error.message) < 500;
      if (isRefusal) return true;
      form.querySelector("dialog[open]")?.close();
      show("", isStored ? words.offline : words.lost);
      return false;
    }
    return true;
  };
  form.addEventListener(
    "submit",
    async (event) => {
      if (isReady) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (isLooking) return;
      isLooking = true;
      const { submitter } = event;
      const mayGo = await getReady();
      isLooking = false;
      if (!mayGo) return;
      clearTimeout(timer);
      isReady = isLeaving = true;
      form.requestSubmit(submitter);
      isReady = false;
    },
    true,
  );
  addEventListener("submit", (event) => {
    if (event.defaultPrevented) isLeaving = false;
  });

  // Coming and going

  const flush = () => {
    if (isLeaving) return;
    form.dispatchEvent(new Event("desk:keep"));
    if (!pending || isHeld) return;
    const copy = pending;
    pending = null;
    since = 0;
    clearTimeout(timer);
    post(contentOf(copy), true)
      .then((response) => settle(copy, response))
      .then((isDone) => isDone || (pending ??= copy))
      .catch(() => (pending ??= copy));
  };
  const beat = async () => {
    if (document.hidden || pending || isBusy || isHeld || isLeaving) return;
    try {
      const response = await post({ copy: named.value });
      if (response.ok) showNews(await response.json());
      else if (response.status === 401 || response.status === 409) showPeople([]);
    } catch {
      showPeople([]);
    }
  };
  addEventListener("pagehide", flush);
  document.addEventListener("visibilitychange", () => (document.hidden ? flush() : beat()));
  addEventListener("online", () => {
    failures = 0;
    send();
  });
  addEventListener("pageshow", () => (isLeaving = false));
  addEventListener("load", () => setTimeout(beat));
  setInterval(beat, BEAT);
})();
