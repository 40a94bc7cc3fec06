"use strict";

// The writing room: the drawer's tabs, the views, the dialog that publishes. Without this the parts
// of the form follow one another, and every button is seen.
(() => {
  const VIEW = "desk-view";
  const TAB = "desk-tab";
  const remember = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      /* no storage: it opens as it is made */
    }
  };
  const remembered = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };

  const isPhone = () => matchMedia("(max-width: 60em)").matches;

  const startTabs = (drawer) => {
    const panels = [...drawer.querySelectorAll(".room-panel")];
    const list = document.createElement("div");
    list.className = "room-tabs";
    list.setAttribute("role", "tablist");
    list.setAttribute("aria-label", drawer.getAttribute("aria-label"));
    const tabs = panels.map((panel) => {
      const heading = panel.querySelector("h2");
      const tab = document.createElement("button");
      tab.type = "button";
      tab.id = `${panel.id}-tab`;
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-controls", panel.id);
      tab.append(heading.textContent);
      const count = document.createElement("span");
      tab.append(" ", count);
      heading.className = "visually-hidden";
      panel.setAttribute("role", "tabpanel");
      panel.setAttribute("aria-labelledby", tab.id);
      const counted = () => (count.textContent = panel.dataset.count ?? "");
      new MutationObserver(counted).observe(panel, { attributeFilter: ["data-count"] });
      counted();
      return tab;
    });
    const select = (index) => {
      tabs.forEach((tab, place) => {
        tab.setAttribute("aria-selected", place === index);
        tab.tabIndex = place === index ? 0 : -1;
        panels[place].hidden = place !== index;
      });
    };
    list.append(...tabs);
    list.addEventListener("click", (event) => {
      const index = tabs.indexOf(event.target.closest("[role=tab]"));
      if (index < 0) return;
      select(index);
      remember(TAB, panels[index].id);
    });
    list.addEventListener("keydown", (event) => {
      const isMirrored = getComputedStyle(list).direction === "rtl";
      const steps = { ArrowRight: isMirrored ? -1 : 1, ArrowLeft: isMirrored ? 1 : -1 };
      const here = tabs.indexOf(document.activeElement);
      const ends = { Home: 0, End: tabs.length - 1 };
      const next = event.key in steps ? (here + steps[event.key] + tabs.length) % tabs.length : ends[event.key];
      if (next === undefined) return;
      event.preventDefault();
      tabs[next].focus();
      tabs[next].click();
    });
    drawer.prepend(list);
    const inError = panels.findIndex((panel) => panel.querySelector(".errorlist"));
    const last = panels.findIndex((panel) => panel.id === remembered(TAB));
    select(inError >= 0 ? inError : Math.max(0, last));
  };

  const startViews = (form) => {
    const group = form.querySelector(".room-views");
    const preview = document.getElementById("desk-preview");
    const buttons = [...group.querySelectorAll("[data-view]")];
    const show = (view) => {
      form.dataset.view = view;
      preview.hidden = view === "write";
      for (const button of buttons) button.setAttribute("aria-pressed", button.dataset.view === view);
      preview.dispatchEvent(new Event("shown"));
    };
    for (const button of buttons) {
      button.addEventListener("click", () => {
        show(button.dataset.view);
        remember(VIEW, button.dataset.view);
      });
    }
    group.hidden = false;
    const wide = matchMedia("(min-width: 75em)").matches ? "both" : "write";
    const known = buttons.some((button) => button.dataset.view === remembered(VIEW));
    show(isPhone() || !known ? wide : remembered(VIEW));
  };

  const startMenu = (menu) => {
    const close = () => {
      menu.open = false;
    };
    close();
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !menu.open) return;
      close();
      menu.querySelector("summary").focus();
    });
    document.addEventListener("pointerdown", (event) => !menu.contains(event.target) && close());
    menu.addEventListener("focusout", ({ relatedTarget }) => {
      if (relatedTarget && !menu.contains(relatedTarget)) close();
    });
  };

  const startTitle = (form) => {
    const { title, body } = form.elements;
    if (!title?.matches("textarea")) return;
    title.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      body.focus();
    });
    title.addEventListener("input", () => {
      if (/[\r\n]/.test(title.value)) title.value = title.value.replace(/\s*[\r\n]+\s*/g, " ");
    });
  };

  // For browsers that do not let a field grow with its words.
  const letGrow = (form) => {
    if (CSS.supports("field-sizing", "content")) return;
    for (const field of [form.elements.title, form.elements.standfirst, form.elements.body]) {
      if (!field?.matches("textarea")) continue;
      const grow = () => {
        field.style.blockSize = "auto";
        field.style.blockSize = `${field.scrollHeight}px`;
      };
      field.addEventListener("input", grow);
      grow();
    }
  };

  const startLists = (form) => {
    const lists = document.getElementById("room-lists");
    const { kind } = form.elements;
    if (!lists || !kind?.matches("select")) return;
    const show = () => {
      lists.hidden = kind.value !== "list" && !lists.querySelector(".errorlist");
    };
    kind.addEventListener("change", show);
    show();
  };

  const sayLanguage = (form) => {
    const { language, title, standfirst, body } = form.elements;
    language?.addEventListener("change", () => {
      for (const field of [title, standfirst, body]) if (field) field.lang = language.value;
    });
  };

  const startPublishing = (form, dialog) => {
    const { offset, nowLabel, laterLabel, now, later, dated } = dialog.dataset;
    const opener = document.getElementById("desk-publish-open");
    const choice = dialog.querySelector(".room-choice");
    const when = dialog.querySelector(".room-when");
    const sentence = dialog.querySelector(".room-sentence");
    const publish = form.elements._publish;
    const day = form.elements.published_at_0;
    const hour = form.elements.published_at_1;
    const wallNow = () => Date.now() + Number(offset) * 1000;
    // The publication's clock, whatever that of the editor shows: as if it were UTC.
    const wall = () => (day.value ? Date.parse(`${day.value}T${(hour.value || "00:00").slice(0, 5)}Z`) : NaN);
    const written = (moment) =>
      new Intl.DateTimeFormat(document.documentElement.lang || undefined, {
        dateStyle: "full",
        timeStyle: "short",
        timeZone: "UTC",
      }).format(moment);
    const isAhead = () => wall() > wallNow();
    const cameWith = isAhead() ? ["", ""] : [day?.value ?? "", hour?.value ?? ""];

    const tell = () => {
      const moment = wall();
      const isLater = isAhead();
      const isDated = !isLater && !Number.isNaN(moment) && day.value !== cameWith[0];
      const text = isLater ? later : isDated ? dated : now;
      sentence.textContent = text.replace("%s", Number.isNaN(moment) ? "" : written(moment));
      if (publish) publish.value = isLater ? laterLabel : nowLabel;
    };
    const set = (values) => {
      [day.value, hour.value] = values;
      for (const field of [day, hour]) field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const choose = (isLater) => {
      for (const button of choice.children) {
        button.setAttribute("aria-pressed", (button.dataset.when === "later") === isLater);
      }
      when.hidden = !isLater;
    };
    const nextHour = () => {
      const moment = new Date(Math.ceil((wallNow() + 60_000) / 3_600_000) * 3_600_000).toISOString();
      return [moment.slice(0, 10), moment.slice(11, 19)];
    };
    choice.addEventListener("click", ({ target }) => {
      if (!target.dataset.when) return;
      const isLater = target.dataset.when === "later";
      choose(isLater);
      if (!isLater) set(cameWith);
      else if (!isAhead()) set(nextHour());
      if (isLater) day.focus();
    });

    const open = () => {
      if (dialog.open) return;
      if (day) {
        choose(isAhead() || Boolean(when.querySelector(".errorlist")));
        tell();
      }
      dialog.showModal();
      (publish ?? dialog.querySelector("input[type=submit]"))?.focus();
    };
    if (day) form.addEventListener("input", tell);
    choice.hidden = !day || !publish;
    opener.hidden = false;
    opener.addEventListener("click", open);
    const closer = dialog.querySelector("[data-close]");
    closer.hidden = false;
    closer.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
    // Elsewhere Enter saves; here it does what the dialog is for.
    dialog.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("input:not([type=submit])")) return;
      event.preventDefault();
      if (publish) form.requestSubmit(publish);
    });
    dialog.close();
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      open();
    });
    if (dialog.querySelector(".errorlist")) open();
  };

  const startKeys = (form) => {
    document.addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      const save = form.elements._save;
      if (save) form.requestSubmit(save);
    });
  };

  // The admin's choices that are looked up have no names of their own.
  const nameChoices = () => {
    for (const select of document.querySelectorAll("#article_form select.select2-hidden-accessible")) {
      const name = select.labels[0]?.textContent.replace(/:\s*$/, "") || select.getAttribute("aria-label");
      const shown = select.nextElementSibling;
      const selection = shown?.querySelector(".select2-selection");
      if (!selection || !name || selection.id) continue;
      selection.id = `${select.id}-choice`;
      selection.setAttribute("aria-label", name);
      const value = selection.getAttribute("aria-labelledby");
      if (value) selection.setAttribute("aria-labelledby", `${selection.id} ${value}`);
      // Its words name the choice; as a field of its own it would have none.
      for (const role of ["role", "aria-readonly"]) shown.querySelector(".select2-selection__rendered")?.removeAttribute(role);
      shown.querySelector(".select2-search__field")?.setAttribute("aria-label", name);
    }
  };
  addEventListener("load", nameChoices);
  document.addEventListener("formset:added", () => setTimeout(nameChoices));

  document.addEventListener("DOMContentLoaded", () => {
    const form = document.getElementById("article_form");
    if (!form) return;
    startTabs(form.querySelector(".room-drawer"));
    startViews(form);
    startMenu(form.querySelector(".room-menu"));
    startTitle(form);
    letGrow(form);
    startLists(form);
    sayLanguage(form);
    const dialog = document.getElementById("desk-publish");
    if (dialog) startPublishing(form, dialog);
    startKeys(form);
    form.classList.add("is-ready");
  });
})();
