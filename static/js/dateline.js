// Dateline's one script, deferred: each part is an enhancement, and every page works without it.

// ---- The switch between light and dark. A remembered choice is there before the first paint by
// templates/includes/first_paint.js.
(() => {
  const root = document.documentElement;
  const button = document.querySelector(".theme-switch");
  if (!button) return;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const remember = (theme) => {
    try {
      if (theme) localStorage.setItem("theme", theme); else localStorage.removeItem("theme");
    } catch { /* private mode: the choice lasts for this page */ }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme; else delete root.dataset.theme;
  };
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  const show = () => button.setAttribute("aria-pressed", String(isDark()));

  button.addEventListener("click", () => {
    const theme = isDark() ? "light" : "dark";
    // Choosing what the system already says means following the system again.
    const followsSystem = (theme === "dark") === system.matches;
    apply(followsSystem ? null : theme);
    remember(followsSystem ? null : theme);
    show();
  });
  system.addEventListener("change", show);
  addEventListener("storage", (event) => {
    if (event.key === "theme") { apply(event.newValue); show(); }
  });
  show();
})();

// ---- The heart in place, and the count of this view. Without this script the form posts itself and
// a picture counts.
(() => {
  const form = document.querySelector("form[data-heart]");
  if (!form) return;
  const button = form.querySelector("button");
  const symbol = button.querySelector("[aria-hidden]");
  const status = form.querySelector("[role=status]");
  const count = document.querySelector("[data-heart-count]");

  const show = (state) => {
    button.setAttribute("aria-pressed", String(state.is_hearted));
    symbol.textContent = state.is_hearted ? "♥" : "♡";
    count.textContent = state.label;
  };
  const ask = async (url, options) => {
    const response = await fetch(url, { headers: { Accept: "application/json" }, ...options });
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  };

  let isBusy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    try {
      const state = await ask(form.action, { method: "POST" });
      show(state);
      status.textContent = `${state.said} ${state.label}.`;
    } catch {
      status.textContent = form.dataset.failed;
      status.classList.remove("visually-hidden");
    }
    isBusy = false;
  });

  const seen = () => {
    const ads = [...document.querySelectorAll("[data-ad]")].map((ad) => ad.dataset.ad);
    navigator.sendBeacon(form.dataset.seen, new URLSearchParams(ads.map((id) => ["ad", id])));
  };
  const start = () => {
    seen();
    ask(form.dataset.mine).then(show).catch(() => { /* the button works without it */ });
  };
  // A page drawn ahead has not been seen yet.
  if (document.prerendering) document.addEventListener("prerenderingchange", start, { once: true });
  else start();
})();

// ---- The discussion in place: what the pages do without this, done here without leaving the page.
(() => {
  const section = document.querySelector(".discussion");
  const form = () => section.querySelector(".comment-form");
  if (!section || !form()) return;
  const status = section.querySelector(".comment-status");
  const JSON_TYPE = { Accept: "application/json" };
  const MINE = "comments-mine";
  let stamped = null;

  const say = (words) => { status.textContent = ""; requestAnimationFrame(() => { status.textContent = words; }); };
  const field = (name) => form().elements.namedItem(name);
  const nodeOf = (html) => document.createRange().createContextualFragment(html).firstElementChild;

  const setHidden = (name, value) => {
    let input = field(name);
    if (!input) {
      input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      form().prepend(input);
    }
    input.value = value;
  };

  // Stored pages hold no token and no stamp: they are asked for when somebody starts to write.
  const stamp = () => {
    stamped ??= fetch(form().dataset.stamp, { headers: JSON_TYPE })
      .then((response) => { if (!response.ok) throw new Error(response.status); return response.json(); })
      .then(({ name, email, ...fields }) => {
        Object.entries(fields).forEach(([key, value]) => setHidden(key, value));
        // Who confirmed an address from this browser; what is typed already stays.
        Object.entries({ name, email }).forEach(([key, value]) => { if (value && !field(key).value) field(key).value = value; });
      })
      .catch((error) => { stamped = null; throw error; });
    return stamped;
  };

  // The same form serves the page and every reply; what was typed moves with it.
  const home = document.createComment("form");
  form().before(home);
  const heading = () => form().querySelector(".form-title");
  const ownHeading = heading().innerHTML;

  const leaveReply = () => {
    field("parent").value = "";
    heading().innerHTML = ownHeading;
    form().querySelector(".cancel")?.remove();
    home.after(form());
  };

  const reply = (link) => {
    const comment = link.closest(".comment");
    field("parent").value = link.dataset.reply;
    heading().textContent = link.getAttribute("aria-label");
    link.after(form());
    if (!form().querySelector(".cancel")) {
      const cancel = document.createElement("button");
      cancel.type = "button";
      cancel.className = "cancel";
      cancel.textContent = section.dataset.cancel;
      form().querySelector(".primary").after(" ", cancel);
      cancel.addEventListener("click", () => { const back = form().previousElementSibling; leaveReply(); back?.focus(); });
    }
    (field("name").value ? field("text") : field("name")).focus();
    comment.scrollIntoView({ block: "nearest" });
  };

  const put = ({ html, thread }) => {
    const comment = nodeOf(html);
    const old = document.getElementById(comment.id);
    if (old) { old.replaceWith(comment); return comment; }
    const within = (thread && document.getElementById(`comment-${thread}`)) || section;
    let list = within.querySelector(":scope > .comments");
    if (!list) {
      list = document.createElement("ol");
      list.className = "comments";
      within.append(list);
    }
    const item = document.createElement("li");
    item.append(comment);
    list.append(item);
    section.querySelector(".no-comments")?.remove();
    return comment;
  };

  const posted = (told) => {
    try { localStorage.setItem(MINE, "1"); } catch { /* private mode */ }
    leaveReply();
    field("text").value = "";
    field("quote").value = "";
    stamped = null;
    put(told).focus();
    say(told.message);
  };

  const refused = ({ html }) => {
    const parent = field("parent").value;
    const cancel = form().querySelector(".cancel");
    form().replaceWith(nodeOf(html));
    if (!form()) return say(section.querySelector("#join").textContent.trim());
    if (field("parent").value !== parent) leaveReply();
    else if (cancel) form().querySelector(".primary").after(" ", cancel);
    stamped = Promise.resolve();
    form().querySelector(".notice")?.focus();
  };

  const send = async (data, url) => {
    const response = await fetch(url, { method: "POST", body: data, headers: JSON_TYPE });
    if (!response.headers.get("Content-Type")?.startsWith("application/json")) throw new Error(response.status);
    return [response.status, await response.json()];
  };

  section.addEventListener("focusin", (event) => {
    if (event.target.closest(".comment-form")) stamp().catch(() => {});
  });

  section.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reply]");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    reply(link);
  });

  section.addEventListener("submit", async (event) => {
    if (!event.target.matches(".comment-heart")) return;
    event.preventDefault();
    const button = event.target.querySelector("button");
    try {
      const response = await fetch(event.target.action, { method: "POST", headers: JSON_TYPE });
      if (!response.ok) throw new Error(response.status);
      const { is_hearted: isHearted, count, label } = await response.json();
      button.setAttribute("aria-pressed", String(isHearted));
      button.firstElementChild.textContent = `${isHearted ? "♥" : "♡"} ${count || ""}`;
      button.lastElementChild.textContent = label;
      say(label);
    } catch { event.target.submit(); }
  });

  section.addEventListener("submit", async (event) => {
    if (!event.target.matches(".comment-form")) return;
    event.preventDefault();
    if (form().getAttribute("aria-busy") === "true") return;
    const current = form();
    current.setAttribute("aria-busy", "true");
    try {
      await stamp();
      const [code, told] = await send(new FormData(current), current.action);
      current.removeAttribute("aria-busy");
      if (code === 201) posted(told); else refused(told);
    } catch {
      // The plain way still works, and the browser says what is wrong with the line.
      current.removeAttribute("aria-busy");
      current.submit();
    }
  });

  // Selected words of the text become the passage of a correction.
  const propose = document.createElement("button");
  propose.type = "button";
  propose.className = "propose";
  propose.hidden = true;
  propose.textContent = section.dataset.propose;
  const selected = () => {
    const selection = getSelection();
    const words = selection.toString().replace(/\s+/g, " ").trim();
    const within = selection.rangeCount && selection.getRangeAt(0).commonAncestorContainer.parentElement?.closest(".prose");
    return within && words.length > 2 ? { words: words.slice(0, 500), range: selection.getRangeAt(0) } : null;
  };
  const correct = (words) => {
    leaveReply();
    field("quote").value = words;
    form().querySelector('[name="kind"][value="correction"]').checked = true;
    propose.hidden = true;
    form().scrollIntoView({ block: "start" });
    (field("name").value ? field("text") : field("name")).focus({ preventScroll: true });
  };
  const offer = () => {
    const found = form() && selected();
    propose.hidden = !found;
    if (!found) return;
    const place = found.range.getBoundingClientRect();
    const most = document.documentElement.clientWidth - propose.offsetWidth - 8;
    propose.style.top = `${place.bottom + scrollY + 8}px`;
    propose.style.left = `${Math.max(8, Math.min(place.left, most))}px`;
  };
  if (section.dataset.propose && document.querySelector(".prose")) {
    document.body.append(propose);
    let timer = null;
    document.addEventListener("selectionchange", () => { clearTimeout(timer); timer = setTimeout(offer, 200); });
    propose.addEventListener("pointerdown", (event) => event.preventDefault());
    propose.addEventListener("click", () => { const found = selected(); if (found) correct(found.words); });
    document.addEventListener("propose", (event) => { if (form()) correct(event.detail); });
  }

  // Only who has posted from this browser asks for comments of their own.
  const askForMine = () => {
    try { return section.dataset.mine && localStorage.getItem(MINE); } catch { return false; }
  };
  if (askForMine()) {
    fetch(section.dataset.mine, { headers: JSON_TYPE })
      .then((response) => (response.ok ? response.json() : { comments: [] }))
      .then(({ comments }) => comments.forEach(put))
      .catch(() => {});
  }
})();

// ---- What was put right since this browser last showed the article. Nothing of it is sent anywhere.
(() => {
  const line = document.querySelector("[data-read]");
  if (!line) return;
  const tell = () => {
    const key = `read:${line.dataset.read}`;
    let read;
    try {
      read = localStorage.getItem(key);
      localStorage.setItem(key, line.dataset.version);
    } catch { return; /* private mode: nothing is remembered */ }
    if (read === null) return;
    const news = [...document.querySelectorAll("[data-correction]")].filter(({ dataset }) => Number(dataset.correction) > Number(read));
    if (!news.length) return;
    line.querySelector("a").textContent = news.map((note) => `${note.querySelector("b").textContent}, ${note.querySelector("time").textContent}`).join("; ");
    line.hidden = false;
  };
  // A page drawn ahead has not been read yet.
  if (document.prerendering) document.addEventListener("prerenderingchange", tell, { once: true });
  else tell();
})();

// ---- A figure's source beside its sentence; without this the link leads to the list below.
(() => {
  if (!HTMLElement.prototype.showPopover) return;
  const card = document.createElement("div");
  card.className = "source-card";
  card.popover = "auto";
  card.setAttribute("role", "group");

  document.addEventListener("click", (event) => {
    const link = event.target.closest('.prose .as-of a[href^="#source-"]');
    const source = link && document.getElementById(link.hash.slice(1));
    if (!source || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const all = Object.assign(document.createElement("a"), { href: link.hash, textContent: document.querySelector("#sources").textContent });
    card.replaceChildren(...source.cloneNode(true).childNodes, all);
    const words = link.closest("sup").previousElementSibling?.textContent;
    const label = document.querySelector(".discussion")?.dataset.propose;
    if (words && label && document.querySelector(".comment-form")) {
      const challenge = Object.assign(document.createElement("button"), { type: "button", textContent: label });
      challenge.addEventListener("click", () => { card.hidePopover(); document.dispatchEvent(new CustomEvent("propose", { detail: words })); });
      card.append(" ", challenge);
    }
    card.setAttribute("aria-label", link.getAttribute("aria-label"));
    // After the link in the order of the keyboard, too.
    link.closest("sup").after(card);
    card.showPopover();
    const place = link.getBoundingClientRect();
    const width = document.documentElement.clientWidth - card.offsetWidth;
    card.style.top = `${place.bottom + scrollY + 6}px`;
    card.style.left = `${Math.max(8, Math.min(place.left, width - 8)) + scrollX}px`;
  });
  card.addEventListener("click", (event) => { if (event.target.closest('a[href^="#"]')) card.hidePopover(); });
})();

// ---- A mouse going down on a link fetches its page (templates/includes/speculation_rules.json).
// A finger may only want to scroll. What was not followed at once is forgotten after a second:
// the browser would show it for five minutes.
(() => {
  if (!matchMedia("(hover: hover) and (pointer: fine)").matches) return;
  const { dataset } = document.documentElement;
  const linkOf = (event) => event.target.closest("a[href]");
  let timer = null;

  const forget = () => {
    delete dataset.ahead;
    setTimeout(() => { dataset.ahead = ""; }, 100);
  };
  addEventListener("pageshow", forget);
  addEventListener("pointerdown", (event) => {
    if (!linkOf(event)) return;
    clearTimeout(timer);
    timer = setTimeout(forget, 1000);
  });
  // Forgetting it now would fetch it twice where the network is slow.
  addEventListener("click", (event) => {
    if (linkOf(event) && !event.ctrlKey && !event.metaKey && !event.shiftKey) clearTimeout(timer);
  });
})();
