"use strict";

// Copies the link to a draft; from an article's form it is made by the same click.
document.addEventListener("DOMContentLoaded", () => {
  const copy = async (field) => {
    try {
      await navigator.clipboard.writeText(field.value);
      return true;
    } catch {
      field.focus();
      field.select();
      return false;
    }
  };

  for (const button of document.querySelectorAll(".share-copy")) {
    const field = button.closest(".share-link").querySelector(".share-address");
    field.addEventListener("focus", () => field.select());
    button.hidden = false;
    button.addEventListener("click", async () => {
      if (await copy(field)) button.textContent = button.dataset.copied;
    });
  }

  const opener = document.querySelector("a[data-share]");
  if (!opener) return;
  const { copied, failed, close } = opener.dataset;
  const show = (told, link) => {
    document.getElementById("desk-shared")?.remove();
    const box = document.createElement("div");
    box.id = "desk-shared";
    box.setAttribute("role", "status");
    const words = document.createElement("p");
    words.textContent = told;
    box.append(words);
    if (link) {
      link.setAttribute("aria-label", opener.textContent);
      box.append(link);
    }
    const manage = document.createElement("a");
    manage.href = opener.href;
    manage.textContent = opener.dataset.manage;
    const closer = document.createElement("button");
    closer.type = "button";
    closer.textContent = close;
    closer.addEventListener("click", () => {
      box.remove();
      (opener.closest("details")?.querySelector("summary") ?? opener).focus();
    });
    box.append(manage, closer);
    document.body.append(box);
  };
  opener.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const menu = opener.closest("details");
    if (menu) menu.open = false;
    const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
    try {
      const response = await fetch(opener.href, {
        method: "POST",
        headers: { "X-CSRFToken": token, Accept: "application/json" },
      });
      const answer = await response.json();
      if (answer.problem) return show(answer.problem);
      const field = document.createElement("input");
      field.readOnly = true;
      field.value = answer.address;
      show(answer.told, field);
      if (await copy(field)) show(`${copied} ${answer.told}`, field);
    } catch {
      show(failed);
    }
  });
});
