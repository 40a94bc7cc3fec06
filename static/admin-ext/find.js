// Ctrl+K finds and goes: a combobox in a dialog, by the pattern of the ARIA Authoring Practices.
// "?" tells the keys. Inside a text Ctrl+K makes a link, and "?" is a letter.
"use strict";
{
    const dialog = document.getElementById("desk-find");
    const keys = document.getElementById("desk-keys");
    const field = dialog.querySelector("input");
    const list = document.getElementById("find-list");
    const told = dialog.querySelector(".find-told");
    const form = document.querySelector(".desk-find");
    const address = document.currentScript.dataset.find;
    const PAUSE = 120;
    let options = [];
    let chosen = -1;
    let asking = null;
    let waiting = 0;

    // Others that make links of it say so by preventing what follows.
    const isText = (target) => target.closest(".cm-editor, textarea[name=body]");
    const isTyped = (target) => target.closest("input, textarea, select, [contenteditable=true], .cm-editor");

    function open(text = "") {
        if (document.querySelector("dialog[open]")) return;
        dialog.showModal();
        field.value = text;
        field.focus();
        ask();
    }

    function choose(at) {
        options[chosen]?.setAttribute("aria-selected", "false");
        chosen = options.length ? (at + options.length) % options.length : -1;
        const option = options[chosen];
        if (!option) return field.removeAttribute("aria-activedescendant");
        option.setAttribute("aria-selected", "true");
        option.scrollIntoView({ block: "nearest" });
        field.setAttribute("aria-activedescendant", option.id);
    }

    async function ask() {
        asking?.abort();
        asking = new AbortController();
        const query = new URLSearchParams({ q: field.value, as: "json" });
        const asked = field.value;
        try {
            const answer = await fetch(`${address}?${query}`, { signal: asking.signal });
            if (!answer.ok || answer.redirected) throw new Error(answer.status);
            show((await answer.json()).groups);
            field.dataset.asked = asked;
        } catch (error) {
            if (error.name === "AbortError") return;
            show([]);
            told.textContent = told.dataset.failed;
        }
    }

    function show(groups) {
        options = [];
        list.replaceChildren(...groups.map(groupOf));
        field.setAttribute("aria-expanded", String(options.length > 0));
        told.textContent = options.length ? "" : told.dataset.none;
        chosen = -1;
        choose(0);
    }

    function groupOf({ label, hits }, at) {
        const group = document.createElement("div");
        const name = document.createElement("span");
        name.id = `find-group-${at}`;
        name.textContent = label;
        group.setAttribute("role", "group");
        group.setAttribute("aria-labelledby", name.id);
        group.append(name, ...hits.map(optionOf));
        return group;
    }

    function optionOf({ label, note, url, language }) {
        const option = document.createElement("div");
        const words = document.createElement("span");
        words.textContent = label;
        words.dir = "auto";
        if (language) words.lang = language;
        option.append(words);
        if (note) option.append(Object.assign(document.createElement("small"), { textContent: note, dir: "auto" }));
        option.id = `find-option-${options.length}`;
        option.dataset.url = url;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        options.push(option);
        return option;
    }

    function go(option) {
        if (option) location.assign(option.dataset.url);
    }

    field.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(ask, PAUSE);
    });
    field.addEventListener("keydown", (event) => {
        if (event.isComposing) return;
        if (event.key === "ArrowDown") choose(chosen + 1);
        else if (event.key === "ArrowUp") choose(chosen - 1);
        else if (event.key === "Enter") enter();
        else return;
        event.preventDefault();
    });
    // Enter may come before the answer to the last letter.
    async function enter() {
        clearTimeout(waiting);
        if (field.value !== field.dataset.asked) await ask();
        go(options[chosen]);
    }
    list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
    for (const one of [dialog, keys]) {
        one.addEventListener("click", (event) => event.target === one && one.close());
    }

    form?.querySelector("input").addEventListener("click", () => open());
    document.addEventListener("keydown", (event) => {
        const isCombined = event.ctrlKey || event.metaKey;
        if (isCombined && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
            if (event.defaultPrevented || isText(event.target)) return;
            event.preventDefault();
            open();
        } else if (event.key === "?" && !isCombined && !isTyped(event.target)) {
            if (!document.querySelector("dialog[open]")) keys.showModal();
        }
    });
}
