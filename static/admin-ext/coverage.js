"use strict";

// What is found in the typed text, figures without a source among it. Without it the page says the
// same of the text that was saved last.
(() => {
  const PAUSE = 700;
  // What is checked beside the texts.
  const ASKED = [
    ...["section", "slug", "cover", "topics", "published_at_0", "published_at_1"],
    ...["search_title", "search_description", "share_picture", "canonical_url"],
  ];

  // What is selected is found from the figure's line on: the scan reads the words, not the marks.
  const placeOf = (area, text, line) => {
    const lines = area.value.split("\n");
    const from = lines.slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    const start = text ? area.value.indexOf(text, from) : -1;
    if (start < 0) return [from, from + (lines[line - 1] ?? "").length];
    return [start, start + text.length];
  };

  // A writer that stands in a textarea's place scrolls by itself.
  const select = (area, start, end) => {
    area.writer?.select(start, end);
    area.focus();
    if (area.writer) return;
    area.setSelectionRange(start, end);
    const height = parseFloat(getComputedStyle(area).lineHeight) || 20;
    const line = area.value.slice(0, start).split("\n").length;
    area.scrollTop = Math.max(0, (line - 4) * height);
    area.scrollIntoView({ block: "center" });
  };

  // A field of the drawer is in another tab, perhaps, or behind the widget that stands for it.
  const goToField = (form, name) => {
    const field = form.querySelector(`[name="${name}"], [name="${name}_0"], [name^="by"][name$="-0-${name.replace(/s$/, "")}"]`);
    if (!field) return;
    const panel = field.closest(".room-panel");
    if (panel?.hidden) document.getElementById(`${panel.id}-tab`)?.click();
    const dialog = field.closest("dialog");
    if (dialog && !dialog.open) document.getElementById("desk-publish-open")?.click();
    field.closest("details")?.setAttribute("open", "");
    const shown = field.nextElementSibling?.querySelector?.("[role=combobox], .select2-search__field") ?? field;
    shown.focus();
    shown.scrollIntoView({ block: "center" });
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
    const words = document.getElementById("desk-checks")?.dataset ?? {};
    const status = document.createElement("p");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    form.append(status);
    let said = document.querySelector("#room-checks")?.dataset.count ?? "";
    const say = (count) => {
      if (count !== said) status.textContent = count ? words.some.replace("%s", count) : words.none;
      said = count;
    };
    const button = (label, act) => {
      const made = document.createElement("button");
      made.type = "button";
      made.append(label);
      made.addEventListener("click", act);
      return made;
    };
    const addJumps = (shown) => {
      for (const item of form.querySelectorAll("[data-live] li[data-line]")) {
        const { part, text } = item.dataset;
        const area = lines.includes(part) ? form.elements[part] : shown[Number(part)];
        const line = Math.max(1, Number(item.dataset.line) - (area && heading(area) ? 2 : 0));
        const go = () => (area ? select(area, ...placeOf(area, text, line)) : goToField(form, part));
        const named = item.querySelector(".desk-figure");
        const jump = button(named ? text : words.go, go);
        if (named) {
          jump.dir = "auto";
          jump.title = words.go;
          named.replaceWith(jump);
        } else item.append(" ", jump);
        // The words that are selected become those of the link.
        if (area && "figure" in item.dataset) {
          const find = () => {
            go();
            const detail = area.writer?.selection() ?? [area.selectionStart, area.selectionEnd];
            area.dispatchEvent(new CustomEvent("quote-figure", { bubbles: true, detail }));
          };
          item.querySelector(".check-ways").prepend(button(words.find, find), " ");
        }
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
      const typed = new FormData(form);
      for (const name of ASKED) for (const value of typed.getAll(name)) data.append(name, value);
      for (const field of form.querySelectorAll("select[name^=bylines-][name$=-author]")) {
        if (field.value) data.append("author", field.value);
      }
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
          if (tabPanel && place.dataset.live !== "look") {
            tabPanel.dataset.count = fresh.dataset.count ?? "";
          }
          if (place.dataset.live === "checks") say(fresh.dataset.count ?? "");
        }
        // The same doubts are asked about once.
        if (ticked && box()?.value === ticked) box().checked = true;
        addJumps(shown);
      } catch (error) {
        if (error.name !== "AbortError") panel.textContent = panel.dataset.failed;
      }
    };
    for (const event of ["input", "change"]) {
      form.addEventListener(event, () => {
        clearTimeout(timer);
        timer = setTimeout(show, PAUSE);
      });
    }
    addJumps(areas());
    show();
  });
})();
