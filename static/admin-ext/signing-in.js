"use strict";

// The site's own login in a dialog over what is being written: `deskSigningIn.ask(…)` resolves to
// the state that `next` tells of whoever is signed in afterwards, or to null where it was put off.
// Whatever form the login answers with next is shown in the same place: a wrong password, a limit,
// a second step (its form is `#login-form` as well).
globalThis.deskSigningIn = (() => {
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  const made = (tag, text, attributes = {}) => {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  };

  const button = (text, act) => {
    const element = made("button", text, { type: "button", class: "button" });
    element.addEventListener("click", act);
    return element;
  };

  /** Where the cursor is; what that gives puts it there again, which closing a dialog alone does not. */
  const cursor = () => {
    const field = document.activeElement;
    const { writer } = [...document.querySelectorAll("textarea")].find((area) => area.writer?.element.contains(field)) ?? {};
    if (writer) {
      const selection = writer.selection();
      return () => {
        writer.focus();
        writer.select(...selection);
      };
    }
    const { selectionStart: start, selectionEnd: end, selectionDirection: direction } = field;
    return () => {
      field.blur();
      field.focus({ preventScroll: true });
      if (typeof start === "number") field.setSelectionRange(start, end, direction);
    };
  };

  const pageOf = async (response) => new DOMParser().parseFromString(await response.text(), "text/html");
  const isState = (response) => response.headers.get("Content-Type")?.startsWith("application/json");

  const ask = ({ words, next, look, other }) =>
    new Promise((resolve) => {
      const { login, logout, user, username } = words;
      const putCursorBack = cursor();
      const dialog = made("dialog", "", { class: "desk-sign-in", "aria-labelledby": "desk-sign-in" });
      const content = document.createElement("div");
      dialog.append(made("h2", words.title, { id: "desk-sign-in" }), content);
      let state = null;
      const done = (reached) => {
        state = reached;
        dialog.close();
      };
      const putOff = () => button(words.later, () => dialog.close());
      const tell = (...parts) => content.replaceChildren(...parts, putOff());

      // Nobody's text is taken over without a word.
      const showOther = (reached) => {
        const asUser = button(fill(words.asUser, { name: username }), change);
        const goOn = button(fill(words.goOn, { name: reached.name }), () => done(reached));
        tell(made("p", fill(words.other, { name: reached.name, user: username })), asUser, " ", goOn, " ");
      };
      const arrive = (reached) => (reached.user === Number(user) ? done(reached) : showOther(reached));

      const show = async (response) => {
        if (isState(response) && response.ok) return arrive(await response.json());
        const page = await pageOf(response);
        const form = page.getElementById("login-form");
        if (!form) {
          // Signed in meanwhile, in another window; or told why no password is taken.
          const reached = await look();
          if (reached) return arrive(reached);
          return tell(made("p", page.getElementById("content")?.textContent.trim() ?? words.failed, { role: "alert" }));
        }
        for (const link of form.querySelectorAll("a")) link.target = "_blank";
        const errors = [...page.querySelectorAll(".errornote")];
        for (const error of errors) error.setAttribute("role", "alert");
        const name = form.elements.username;
        if (name) {
          name.value = username;
          name.readOnly = true;
        }
        const action = new URL(form.getAttribute("action") || response.url, response.url);
        form.addEventListener("submit", (event) => {
          event.preventDefault();
          const body = new FormData(form);
          reach(() => fetch(action, { method: "POST", body }));
        });
        content.replaceChildren(made("p", words.explained), ...errors.map((one) => document.adoptNode(one)));
        content.append(document.adoptNode(form));
        form.querySelector("[type=submit]")?.classList.add("button", "default");
        form.querySelector(".submit-row")?.append(putOff());
        form.querySelector("input:not([type=hidden], [readonly])")?.focus();
      };
      const reach = async (request) => {
        try {
          await show(await request());
        } catch {
          const again = button(words.signIn, start);
          tell(made("p", words.failed, { role: "alert" }), again, " ");
        }
      };
      const start = () => reach(() => fetch(`${login}?${new URLSearchParams({ next })}`));
      const change = () =>
        reach(async () => {
          const reached = await look();
          const body = new URLSearchParams({ csrfmiddlewaretoken: reached?.token ?? "" });
          if (reached) await fetch(logout, { method: "POST", body });
          return fetch(`${login}?${new URLSearchParams({ next })}`);
        });

      dialog.addEventListener("close", () => {
        dialog.remove();
        putCursorBack();
        resolve(state);
      });
      document.body.append(dialog);
      dialog.showModal();
      if (other) showOther(other);
      else start();
    });

  return { ask, fill };
})();
