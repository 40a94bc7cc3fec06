"use strict";

// The page that readers will get, of what is typed: in the widths of a phone, a tablet and a desk,
// and in step with the text. Without this a button of the form answers that page.
document.addEventListener("DOMContentLoaded", () => {
  const preview = document.getElementById("desk-preview");
  const form = document.getElementById("article_form");
  if (!preview || !form) return;
  const PAUSE = 400;
  const WIDTH = "desk-preview-width";
  const WIDTHS = { phone: 390, tablet: 820, desktop: 1280 };
  // What stands there of the window is what somebody reads.
  const EYES = 0.3;
  const settings = preview.dataset;

  const tools = preview.querySelector(".preview-tools");
  const status = preview.querySelector(".desk-status");
  const sheet = preview.querySelector(".preview-sheet");
  const buttons = [...tools.querySelectorAll("[data-width]")];
  const frame = document.createElement("iframe");
  frame.title = settings.label;
  frame.setAttribute("sandbox", "allow-same-origin");
  sheet.append(frame);
  tools.hidden = false;

  const remembered = () => {
    try {
      return localStorage.getItem(WIDTH);
    } catch {
      return null;
    }
  };
  let chosen = remembered() in WIDTHS ? remembered() : "phone";
  const fit = () => {
    const width = WIDTHS[chosen];
    const scale = Math.min(1, sheet.clientWidth / width) || 1;
    frame.style.inlineSize = `${width}px`;
    frame.style.blockSize = `${sheet.clientHeight / scale}px`;
    frame.style.transform = scale < 1 ? `scale(${scale})` : "";
    frame.style.marginInlineStart = `${Math.max(0, (sheet.clientWidth - width) / 2)}px`;
    for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.width === chosen);
  };
  for (const button of buttons) {
    button.addEventListener("click", () => {
      chosen = button.dataset.width;
      try {
        localStorage.setItem(WIDTH, chosen);
      } catch {
        /* no storage: it is for this page alone */
      }
      fit();
      follow();
    });
  }
  new ResizeObserver(fit).observe(sheet);

  // In step with the text

  const editor = () => form.querySelector(".cm-scroller") ?? form.elements.body;
  let share = 0;
  const follow = () => {
    const page = frame.contentDocument;
    const texts = page ? [...page.querySelectorAll(".prose, .entries")] : [];
    if (!texts.length) return;
    const root = page.scrollingElement;
    const top = Math.min(...texts.map((text) => text.getBoundingClientRect().top)) + root.scrollTop;
    const bottom = Math.max(...texts.map((text) => text.getBoundingClientRect().bottom)) + root.scrollTop;
    root.scrollTop = share <= 0 ? 0 : top + share * (bottom - top) - EYES * root.clientHeight;
  };
  const step = (to) => {
    share = Math.min(1, Math.max(0, to));
    follow();
  };
  const byScroll = () => {
    const text = editor();
    if (!text || preview.hidden) return;
    const room = text.scrollHeight - text.clientHeight;
    if (room > 1) step(text.scrollTop / room);
    else {
      const { top, height } = text.getBoundingClientRect();
      step((EYES * innerHeight - top) / (height || 1));
    }
  };
  const byCaret = ({ target }) => {
    if (target !== form.elements.body || preview.hidden) return;
    // Where an editor stands over the field, the field's own cursor is nowhere.
    if (target.writer || !target.checkVisibility()) byScroll();
    else step(target.selectionEnd / (target.value.length || 1));
  };
  let isAsked = false;
  document.addEventListener(
    "scroll",
    () => {
      if (isAsked) return;
      isAsked = true;
      requestAnimationFrame(() => {
        isAsked = false;
        byScroll();
      });
    },
    { capture: true, passive: true },
  );

  // What is typed

  const sameAttributes = (old, fresh) => {
    for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
    for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  };
  // What is as before stays where it is, so that pictures do not flicker.
  const become = (old, fresh) => {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== Node.ELEMENT_NODE || old.nodeName !== fresh.nodeName) {
      old.replaceWith(fresh);
      return;
    }
    sameAttributes(old, fresh);
    const before = [...old.childNodes];
    const after = [...fresh.childNodes];
    after.forEach((node, index) => (before[index] ? become(before[index], node) : old.append(node)));
    before.slice(after.length).forEach((node) => node.remove());
  };

  let timer;
  let request;
  const show = async () => {
    const page = frame.contentDocument;
    if (preview.hidden || !page?.body?.classList.contains("desk-frame")) return;
    request?.abort();
    const mine = (request = new AbortController());
    const data = new FormData(form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    data.set("framed", "1");
    try {
      const response = await fetch(settings.url, {
        method: "POST",
        body: data,
        headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
        signal: mine.signal,
      });
      if (!response.ok || response.redirected) throw new Error(response.status);
      const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
      for (const script of fresh.querySelectorAll("script, noscript")) script.remove();
      fresh.body.classList.add("desk-frame");
      sameAttributes(page.documentElement, fresh.documentElement);
      become(page.body, page.adoptNode(fresh.body));
      preview.dataset.shown = Number(preview.dataset.shown ?? 0) + 1;
      status.textContent = "";
      follow();
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = settings.failed;
    }
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  };
  for (const event of ["input", "change", "formset:added", "formset:removed"]) form.addEventListener(event, later);
  form.addEventListener("click", (event) => event.target.closest(".desk-move") && later());
  form.addEventListener("input", byCaret);
  // The lists with a search tell of a choice by jQuery alone.
  window.django?.jQuery?.(form).on("change", later);
  frame.addEventListener("load", show);
  // Nobody pays for what nobody looks at.
  const start = () => {
    if (preview.hidden) return;
    fit();
    if (frame.getAttribute("src")) show();
    else frame.src = settings.frame;
  };
  preview.addEventListener("shown", start);
  start();
});
