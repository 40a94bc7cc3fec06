"use strict";

// The article desk. Everything here is comfort: without it the form works the same.
(() => {
  const PAUSE = 400;

  const startPreview = (preview, form) => {
    const settings = preview.dataset;
    const body = form.querySelector("textarea[name=body]");
    if (!body) return;
    const frame = document.createElement("iframe");
    frame.title = settings.label;
    frame.setAttribute("sandbox", "allow-same-origin");
    const status = document.createElement("p");
    status.className = "desk-status";
    status.setAttribute("role", "status");
    preview.append(status, frame);

    let timer;
    let request;
    const show = async () => {
      if (preview.hidden) return;
      request?.abort();
      const mine = (request = new AbortController());
      const data = new FormData();
      data.set("body", body.value);
      data.set("language", form.elements.language?.value ?? "");
      try {
        const response = await fetch(settings.url, {
          method: "POST",
          body: data,
          headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
          signal: mine.signal,
        });
        if (!response.ok) throw new Error(response.status);
        const html = await response.text();
        const place = frame.contentDocument.getElementById("preview");
        if (place) place.outerHTML = html;
        status.textContent = "";
      } catch (error) {
        if (error.name !== "AbortError") status.textContent = settings.failed;
      }
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE);
    };
    for (const field of [body, form.elements.language]) field?.addEventListener("input", later);
    frame.addEventListener("load", show);
    // Nobody pays for what nobody looks at.
    const start = () => {
      if (preview.hidden) return;
      if (frame.src) show();
      else frame.src = settings.frame;
    };
    preview.addEventListener("shown", start);
    start();
  };

  const number = (rows) =>
    rows.forEach((row, index) => {
      row.querySelector("input[name$=-position]").value = index + 1;
    });

  const move = (row, step) => {
    const rows = [...row.parentNode.querySelectorAll("tr.form-row:not(.empty-form)")];
    const other = rows[rows.indexOf(row) + step];
    if (!other) return;
    if (step < 0) other.before(row);
    else other.after(row);
    number([...row.parentNode.querySelectorAll("tr.form-row:not(.empty-form)")]);
  };

  const addMoves = (settings, row) => {
    const input = row.querySelector("input[name$=-position]");
    if (!input || row.querySelector(".desk-move")) return;
    const box = document.createElement("span");
    box.className = "desk-move";
    for (const [step, sign, label] of [[-1, "↑", settings.up], [1, "↓", settings.down]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = sign;
      button.setAttribute("aria-label", label);
      button.addEventListener("click", () => {
        move(row, step);
        button.focus();
      });
      box.append(button);
    }
    input.after(box);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const preview = document.getElementById("desk-preview");
    const form = document.getElementById("article_form");
    if (!preview || !form) return;
    const settings = preview.dataset;
    startPreview(preview, form);
    for (const row of form.querySelectorAll("tr.form-row:not(.empty-form)")) addMoves(settings, row);
    document.addEventListener("formset:added", (event) => addMoves(settings, event.target));
  });
})();
