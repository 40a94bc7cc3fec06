// Code is copied with a press. Where a page has no clipboard, it has no button.

const SAID_FOR = 2000;

/** What is copied: the code without the line break that ends it. */
export function codeOf(text) {
  return text.replace(/\n$/, "");
}

export function startCopying() {
  const words = document.querySelector("[data-copy]")?.dataset;
  if (!words || !navigator.clipboard) return;
  for (const code of document.querySelectorAll(".prose .highlight > pre")) {
    code.before(buttonFor(code, words));
  }
}

function buttonFor(code, { copy, copied }) {
  const button = document.createElement("button");
  const { lang, dir } = document.documentElement;
  Object.assign(button, { type: "button", className: "copy-code", ariaLive: "polite", lang });
  Object.assign(button, { dir: dir || "ltr", textContent: copy });
  let timer;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(codeOf(code.textContent));
    } catch {
      // The browser refuses: what is selected can still be copied by hand.
      getSelection().selectAllChildren(code);
      return;
    }
    button.textContent = copied;
    clearTimeout(timer);
    timer = setTimeout(() => {
      button.textContent = copy;
    }, SAID_FOR);
  });
  return button;
}
