"use strict";

// The article desk. Everything here is comfort: without it the form works the same.
(() => {
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
    for (const row of form.querySelectorAll("tr.form-row:not(.empty-form)")) addMoves(settings, row);
    document.addEventListener("formset:added", (event) => addMoves(settings, event.target));
  });
})();
