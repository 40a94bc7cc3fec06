"use strict";

// From one change to the next, by button or by key. Without this the fields are links.
(() => {
  const steps = document.querySelector(".version-steps");
  const rows = [...document.querySelectorAll(".change-row")];
  if (!steps || !rows.length) return;
  let here = -1;
  const go = (step) => {
    here = Math.min(Math.max(here + step, 0), rows.length - 1);
    rows[here].focus();
  };
  steps.hidden = false;
  steps.addEventListener("click", ({ target }) => target.dataset.step && go(Number(target.dataset.step)));
  document.addEventListener("focusin", ({ target }) => {
    const row = rows.indexOf(target.closest(".change-row"));
    if (row >= 0) here = row;
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    const step = { n: 1, p: -1 }[event.key];
    if (step) go(step);
  });
})();
