"use strict";

// Quoting a figure without leaving the text: `[[` or the button opens a list that the keyboard
// drives, company, metric, value. Without it the links are written by hand.
(() => {
  const PAUSE = 120;

  const startPicker = (settings, form) => {
    const dialog = document.createElement("dialog");
    dialog.className = "desk-picker";
    dialog.setAttribute("aria-label", settings.label);
    dialog.innerHTML =
      '<p class="desk-picker-path" id="desk-picker-path"></p>' +
      '<input type="text" role="combobox" aria-expanded="true" aria-controls="desk-picker-list" aria-autocomplete="list" aria-describedby="desk-picker-path" autocomplete="off" spellcheck="false">' +
      '<ul role="listbox" id="desk-picker-list"></ul><p class="desk-status" role="status"></p>';
    form.after(dialog);
    const [where, input, list, status] = dialog.children;
    input.setAttribute("aria-label", settings.label);
    list.setAttribute("aria-label", settings.label);

    let field; // the textarea that is written in
    let range; // what the link will stand in the place of
    let steps; // company, metric
    let offers = []; // what is listed: {main, side, choose}
    let active = 0;
    let request;
    let timer;

    const ask = async (query) => {
      request?.abort();
      const mine = (request = new AbortController());
      const response = await fetch(`${settings.url}?${new URLSearchParams(query)}`, { signal: mine.signal });
      if (!response.ok) throw new Error(response.status);
      return response.json();
    };

    const mark = (index) => {
      active = Math.max(0, Math.min(index, offers.length - 1));
      [...list.children].forEach((item, place) => item.setAttribute("aria-selected", place === active));
      const item = list.children[active];
      if (item) {
        input.setAttribute("aria-activedescendant", item.id);
        item.scrollIntoView({ block: "nearest" });
      } else input.removeAttribute("aria-activedescendant");
    };

    const show = (found) => {
      offers = found;
      list.replaceChildren(
        ...offers.map(({ main, side }, index) => {
          const item = document.createElement("li");
          item.id = `desk-picker-${index}`;
          item.setAttribute("role", "option");
          const value = document.createElement("b");
          value.textContent = main;
          value.dir = "auto";
          item.append(value, ` ${side}`);
          return item;
        }),
      );
      where.textContent = steps.map((step) => step.name).join(" › ") || settings.label;
      status.textContent = offers.length ? "" : settings.nothing;
      mark(0);
    };

    const insert = (text) => {
      const { scrollTop, writer } = field;
      dialog.close();
      field.focus();
      // An editor that stands over the field writes for it.
      if (writer) return writer.replace(...range, text);
      field.setSelectionRange(...range);
      // The one way to write that the browser's own undo takes back.
      if (!document.execCommand("insertText", false, text)) {
        field.setRangeText(text, range[0], range[1], "end");
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
      field.scrollTop = scrollTop;
    };

    const words = () => field.value.slice(range[0], range[1]).replace(/^\[\[/, "");

    const listFigures = (metric) => {
      const figures = metric.figures.map((figure) => ({
        main: figure.value,
        side: `${figure.as_of}, ${figure.basis}`,
        choose: () => insert(`[${words() || figure.words}](${figure.address})`),
      }));
      const live = { main: settings.live, side: metric.figures[0].value, choose: () => insert(metric.live) };
      show([...figures, live]);
    };

    const listMetrics = () => {
      const [company] = steps;
      const typed = input.value.trim().toLowerCase();
      const metrics = company.metrics.map((metric) => ({
        main: [metric.label, metric.scope].filter(Boolean).join(", "),
        side: `${metric.figures[0].value}, ${metric.figures[0].as_of}`,
        choose: () => go({ name: metric.label, metric }),
      }));
      const profile = {
        main: company.name,
        side: settings.profile,
        choose: () => insert(`[${words() || company.name.replace(/([\\[\]*_`<])/g, "\\$1")}](company:${company.slug})`),
      };
      show([...metrics, profile].filter(({ main }) => main.toLowerCase().includes(typed)));
    };

    const listCompanies = async () => {
      const { companies } = await ask({ q: input.value });
      show(
        companies.map(({ name, slug }) => ({
          main: name,
          side: "",
          choose: async () => go({ name, slug, metrics: (await ask({ company: slug, language: form.elements.language?.value ?? "" })).metrics }),
        })),
      );
    };

    const refresh = async () => {
      try {
        if (steps.length === 2) listFigures(steps[1].metric);
        else if (steps.length === 1) listMetrics();
        else await listCompanies();
      } catch (error) {
        if (error.name !== "AbortError") status.textContent = settings.failed;
      }
    };

    const go = (step) => {
      steps.push(step);
      input.value = "";
      return refresh();
    };

    const choose = async (index) => {
      clearTimeout(timer);
      try {
        await offers[index]?.choose();
      } catch (error) {
        if (error.name !== "AbortError") status.textContent = settings.failed;
      }
    };

    const open = (textarea, start, end) => {
      field = textarea;
      range = [start, end];
      steps = [];
      input.value = "";
      dialog.showModal();
      input.focus();
      refresh();
    };

    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(refresh, steps.length ? 0 : PAUSE);
    });
    input.addEventListener("keydown", (event) => {
      const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };
      if (event.key in moves) mark(active + moves[event.key]);
      else if (event.key === "Enter") choose(active);
      else if (event.key === "Backspace" && !input.value && steps.length) {
        steps.pop();
        refresh();
      } else return;
      event.preventDefault();
    });
    list.addEventListener("click", (event) => {
      const item = event.target.closest("li");
      if (item) choose([...list.children].indexOf(item));
    });
    // Leaving without a choice leaves the text as it was.
    dialog.addEventListener("close", () => field.focus());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

    const isProse = (target) => target.matches?.("textarea[name=body], textarea[name$=-blurb]");
    form.addEventListener("input", (event) => {
      const { target } = event;
      if (event.inputType !== "insertText" || event.data !== "[" || !isProse(target)) return;
      const end = target.selectionStart;
      if (target.value.slice(end - 2, end) === "[[" && target.value[end - 3] !== "[") open(target, end - 2, end);
    });

    form.addEventListener("quote-figure", ({ target, detail }) => open(target, ...detail));

    const addButton = (textarea) => {
      if (textarea.writer || textarea.dataset.picker || textarea.closest(".empty-form")) return;
      textarea.dataset.picker = "on";
      const button = document.createElement("button");
      button.type = "button";
      button.className = "desk-pick";
      button.textContent = settings.button;
      button.addEventListener("click", () => open(textarea, textarea.selectionStart, textarea.selectionEnd));
      textarea.after(button);
    };
    const addButtons = () => form.querySelectorAll("textarea[name=body], textarea[name$=-blurb]").forEach(addButton);
    addButtons();
    document.addEventListener("formset:added", addButtons);
  };

  document.addEventListener("DOMContentLoaded", () => {
    const settings = document.getElementById("desk-picker")?.dataset;
    const form = document.getElementById("article_form");
    if (settings && form) startPicker(settings, form);
  });
})();
