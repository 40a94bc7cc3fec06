"use strict";

// Which figures of the typed text have no source. Without it the page of the figures says the same.
(() => {
  const PAUSE = 700;

  // What is selected is found from the figure's line on: the scan reads the words, not the marks.
  const jump = (area, text, line) => {
    const lines = area.value.split("\n");
    const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    const start = area.value.indexOf(text, from);
    const end = start < 0 ? from + (lines[line - 1] ?? "").length : start + text.length;
    if (area.writer) area.writer.select(start < 0 ? from : start, end);
    area.focus();
    if (area.writer) return;
    area.setSelectionRange(start < 0 ? from : start, end);
    const height = parseFloat(getComputedStyle(area).lineHeight) || 20;
    area.scrollTop = Math.max(0, (line - 4) * height);
    area.scrollIntoView({ block: "center" });
  };

  const isRow = (field) => !field.name.includes("__prefix__");

  document.addEventListener("DOMContentLoaded", () => {
    const panel = document.getElementById("desk-coverage");
    const form = document.getElementById("article_form");
    const body = form?.querySelector("textarea[name=body]");
    if (!panel || !body) return;
    const areas = () => {
      const isList = form.elements.kind?.value === "list";
      const blurbs = [...form.querySelectorAll("#entries-group textarea[name$=-blurb]")];
      return [body, ...(isList ? blurbs.filter(isRow) : [])];
    };
    // An entry's heading is read before its blurb, two lines above.
    const heading = (area) =>
      area.name.endsWith("-blurb") ? (form.elements[area.name.replace(/blurb$/, "heading")]?.value ?? "") : "";
    const lines = ["title", "standfirst"];
    const partOf = (area) => [heading(area), area.value].filter(Boolean).join("\n\n");
    const places = [...form.querySelectorAll("[data-live]")];

    let timer;
    let request;
    const addJumps = (shown) => {
      for (const item of form.querySelectorAll("[data-live] li[data-line]")) {
        const { part } = item.dataset;
        const area = lines.includes(part) ? form.elements[part] : shown[Number(part)];
        const words = item.querySelector(".desk-figure");
        if (!area || !words) continue;
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = item.dataset.text;
        button.dir = "auto";
        const line = Number(item.dataset.line) - (heading(area) ? 2 : 0);
        button.addEventListener("click", () => jump(area, item.dataset.text, Math.max(1, line)));
        words.replaceWith(button);
      }
    };
    const show = async () => {
      request?.abort();
      const mine = (request = new AbortController());
      const shown = areas();
      const data = new FormData();
      data.set("article", panel.dataset.article);
      data.set("language", form.elements.language?.value ?? "");
      for (const name of lines) data.set(name, form.elements[name]?.value ?? "");
      for (const area of shown) data.append("part", partOf(area));
      try {
        const response = await fetch(panel.dataset.url, {
          method: "POST",
          body: data,
          headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value },
          signal: mine.signal,
        });
        if (!response.ok) throw new Error(response.status);
        const box = () => form.querySelector("input[name=let_stand]");
        const found = new DOMParser().parseFromString(await response.text(), "text/html");
        const ticked = box()?.checked ? box().value : "";
        for (const place of places) {
          const fresh = found.querySelector(`[data-live="${place.dataset.live}"]`);
          place.replaceChildren(...fresh.childNodes);
          const tabPanel = place.closest(".room-panel");
          if (tabPanel) tabPanel.dataset.count = fresh.dataset.count ?? "";
        }
        // The same doubts are asked about once.
        if (ticked && box()?.value === ticked) box().checked = true;
        addJumps(shown);
      } catch (error) {
        if (error.name !== "AbortError") panel.textContent = panel.dataset.failed;
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(show, PAUSE);
    });
    addJumps(areas());
    show();
  });
})();
