// What is written in: a textarea. An editor that stands over one answers for it (`textarea.writer`).

/** Of the event's target or its surroundings; null where no prose is written. */
export function fieldOf(target, form) {
  const isProse = "textarea[name=body], textarea[name$=-blurb]";
  if (target.matches?.(isProse)) return target.writer ?? overTextarea(target);
  const areas = [...form.querySelectorAll(isProse)];
  return areas.find((area) => area.writer?.element.contains(target))?.writer ?? null;
}

/**
 * `replace()` writes where somebody is, each time a step to undo; `patch()` writes elsewhere, and
 * neither moves the cursor nor takes the focus.
 */
export function overTextarea(area) {
  return {
    element: area,
    text: () => area.value,
    selection: () => [area.selectionStart, area.selectionEnd],
    replace: (start, end, text) => replaceInTextarea(area, start, end, text),
    patch: (start, end, text) => patchTextarea(area, start, end, text),
    focus: () => area.focus(),
  };
}

function replaceInTextarea(area, start, end, text) {
  const { scrollTop } = area;
  area.focus();
  area.setSelectionRange(start, end);
  // The one way to write that the browser's own undo takes back.
  const command = text ? "insertText" : "delete";
  if (!document.execCommand(command, false, text)) {
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  area.scrollTop = scrollTop;
}

function patchTextarea(area, start, end, text) {
  if (document.activeElement !== area) {
    area.setRangeText(text, start, end, "preserve");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    return;
  }
  const grown = text.length - (end - start);
  const moved = (at) => (at <= start ? at : Math.max(start, at + grown));
  const selection = [moved(area.selectionStart), moved(area.selectionEnd)];
  replaceInTextarea(area, start, end, text);
  area.setSelectionRange(...selection);
}
