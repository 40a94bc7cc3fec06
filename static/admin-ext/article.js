/* global get_format */
"use strict";

// The article desk. Everything here is comfort: without it the form works the same.
(() => {
  const PAUSE = 400;

  const startPreview = (settings, form) => {
    const body = form.querySelector("textarea[name=body]");
    if (!body) return;
    const columns = document.createElement("div");
    columns.className = "desk-columns";
    body.before(columns);
    const frame = document.createElement("iframe");
    frame.title = settings.label;
    frame.setAttribute("sandbox", "allow-same-origin");
    const status = document.createElement("p");
    status.className = "desk-status";
    status.setAttribute("role", "status");
    columns.append(body, frame, status);

    let timer;
    let request;
    const show = async () => {
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
    frame.src = settings.frame;
  };

  const nameThePublishButton = (form) => {
    const button = form.elements._publish;
    const day = form.elements.published_at_0;
    const hour = form.elements.published_at_1;
    if (!button || !day) return;
    const isoDay = () => {
      if (/^\d{4}-/.test(day.value)) return day.value;
      // The admin's own: the date is written as the editor's language writes it.
      const date = day.value.strptime(get_format("DATE_INPUT_FORMATS")[0]);
      return Number.isNaN(Number(date)) ? "" : date.toISOString().slice(0, 10);
    };
    const name = () => {
      const date = new Date(`${isoDay()}T${hour.value || "00:00:00"}`);
      button.value = date > new Date() ? button.dataset.schedule : button.dataset.publish;
    };
    // The calendar's own script changes the fields without an event: ask again on the way there.
    for (const event of ["input", "change", "focusin", "click"]) form.addEventListener(event, name);
    name();
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
    const settings = document.getElementById("desk-preview")?.dataset;
    const form = document.getElementById("article_form");
    if (!settings || !form) return;
    startPreview(settings, form);
    nameThePublishButton(form);
    for (const row of form.querySelectorAll("tr.form-row:not(.empty-form)")) addMoves(settings, row);
    document.addEventListener("formset:added", (event) => addMoves(settings, event.target));
  });
})();
