// The tray of pictures that are being uploaded: how far each is, what went wrong, and its words.

function made(name, properties = {}, children = []) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children);
  return element;
}

export function startTray(words) {
  const list = made("ol");
  const close = made("button", { type: "button", textContent: words.close, className: "button" });
  const heading = made("h2", { textContent: words.tray, id: "desk-tray-title" });
  const tray = made("section", { className: "desk-tray", hidden: true }, [heading, list, close]);
  tray.setAttribute("aria-labelledby", heading.id);
  document.body.append(tray);
  close.addEventListener("click", () => {
    tray.hidden = true;
    for (const row of [...list.children]) if (row.dataset.done) row.remove();
  });
  return {
    add(file, acts) {
      tray.hidden = false;
      return addRow(list, file, words, acts);
    },
  };
}

function addRow(list, file, words, { describe, again, remove }) {
  const progress = made("progress", { max: 1, value: 0 });
  progress.setAttribute("aria-label", words.progress.replace("%s", file.name));
  const told = made("p", { className: "desk-tray-told" });
  told.setAttribute("role", "status");
  const alt = made("input", { type: "text", maxLength: 300, placeholder: words.alt });
  alt.setAttribute("aria-label", `${words.alt} (${file.name})`);
  const tick = made("input", { type: "checkbox" });
  const label = made("label", {}, [tick, ` ${words.decorative}`]);
  const ask = made("div", { className: "desk-tray-ask" }, [alt, label]);
  const retry = made("button", { type: "button", textContent: words.again, className: "button", hidden: true });
  const away = made("button", { type: "button", textContent: words.remove, className: "button", hidden: true });
  const image = made("img", { alt: "", src: "data:," , hidden: true, width: 64, height: 48 });
  const main = made("div", {}, [made("b", { textContent: file.name, dir: "auto" }), progress, told, ask, retry, away]);
  const row = made("li", {}, [image, main]);
  list.append(row);

  const answer = () => {
    alt.disabled = tick.checked;
    if (tick.checked || alt.value.trim()) describe(tick.checked ? "" : alt.value.trim(), tick.checked);
  };
  alt.addEventListener("change", answer);
  alt.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault(), answer();
  });
  tick.addEventListener("change", answer);
  retry.addEventListener("click", again);
  away.addEventListener("click", () => {
    row.remove();
    remove();
  });
  return {
    move: (part) => (progress.value = part),
    fail(message) {
      told.textContent = message;
      progress.hidden = ask.hidden = true;
      retry.hidden = away.hidden = false;
      row.classList.add("is-wrong");
    },
    start() {
      told.textContent = "";
      progress.hidden = ask.hidden = false;
      retry.hidden = away.hidden = true;
      row.classList.remove("is-wrong");
    },
    finish(picture) {
      progress.hidden = true;
      image.src = picture.thumbnail;
      image.hidden = false;
      ask.hidden = !picture.words;
      told.textContent = picture.is_known ? words.known : picture.words ? "" : picture.alt;
      if (!picture.words) row.dataset.done = "yes";
      return alt.value.trim() || tick.checked ? answer() : undefined;
    },
    described(message) {
      told.textContent = message ?? words.described;
      if (!message) row.dataset.done = "yes";
    },
    refused: (message) => (told.textContent = message),
  };
}
