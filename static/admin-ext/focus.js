"use strict";

// The focal point of a picture, set by a click on it, by dragging or with the arrow keys. The two
// number fields say the same, and are all that there is without this.
document.addEventListener("DOMContentLoaded", () => {
  const x = document.getElementById("id_focal_x");
  const y = document.getElementById("id_focal_y");
  const image = document.querySelector(".field-preview img");
  if (!x || !y || !image) return;

  const stage = document.createElement("span");
  stage.className = "desk-focus";
  image.before(stage);
  const point = document.createElement("button");
  point.type = "button";
  point.setAttribute("aria-label", document.querySelector("label[for=id_focal_x]")?.closest(".form-row")?.querySelector(".help")?.textContent.trim() ?? "");
  point.setAttribute("aria-describedby", "id_focal_x id_focal_y");
  stage.append(image, point);
  image.draggable = false;

  const within = (value) => Math.min(100, Math.max(0, Math.round(value)));
  const show = () => {
    point.style.left = `${within(Number(x.value || 50))}%`;
    point.style.top = `${within(Number(y.value || 50))}%`;
  };
  const set = (left, top) => {
    x.value = within(left);
    y.value = within(top);
    x.dispatchEvent(new Event("input", { bubbles: true }));
    show();
  };
  const follow = (event) => {
    const box = image.getBoundingClientRect();
    set((100 * (event.clientX - box.left)) / box.width, (100 * (event.clientY - box.top)) / box.height);
  };
  stage.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    stage.setPointerCapture(event.pointerId);
    follow(event);
    point.focus();
  });
  stage.addEventListener("pointermove", (event) => {
    if (stage.hasPointerCapture(event.pointerId)) follow(event);
  });
  point.addEventListener("keydown", (event) => {
    const step = event.shiftKey ? 10 : 1;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (!(event.key in moves)) return;
    event.preventDefault();
    const [right, down] = moves[event.key];
    set(Number(x.value || 50) + right, Number(y.value || 50) + down);
  });
  for (const field of [x, y]) field.addEventListener("input", show);
  show();
});
