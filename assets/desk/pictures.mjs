// Pictures in a text: dropped, pasted, chosen from a disk or from the library. They are uploaded
// while writing goes on, and what each shows is asked at once.

import { fieldOf } from "./field.mjs";
import { startPicturePicker } from "./picture-picker.mjs";
import { startTray } from "./picture-tray.mjs";
import { asWords, fileOf, paragraphs, placeOf, queue, reference } from "./uploads.mjs";

export function startPictures(form, settings) {
  const words = settings;
  const tray = startTray(words);
  const inTurn = queue();
  const token = () => form.elements.csrfmiddlewaretoken.value;
  let count = 0;

  const put = (field, address, text) => {
    const place = placeOf(field.text(), address);
    if (place) field.patch(...place, text);
  };

  const follow = (field, file, address, alt) => {
    let picture;
    let waiting;
    const run = async () => {
      row.start();
      try {
        picture = await sent(settings.uploadUrl, file, token(), words, row.move);
      } catch (error) {
        row.fail(error.message);
        return;
      }
      put(field, address, reference(picture.alt || alt, picture.address));
      row.finish(picture);
      if (waiting) describe(...waiting);
    };
    const describe = async (text, isDecorative) => {
      waiting = picture ? null : [text, isDecorative];
      if (waiting || !picture.words) return;
      try {
        await describedAs(picture, text, isDecorative, token(), words);
      } catch (error) {
        row.refused(error.message);
        return;
      }
      put(field, picture.address, reference(text, picture.address));
      row.described();
    };
    const acts = { describe, again: () => inTurn(run), remove: () => put(field, address, "") };
    const row = tray.add(file, acts);
    inTurn(run);
  };

  const upload = (field, files, at = field.selection()) => {
    const pictures = files.filter((file) => file.type.startsWith("image/"));
    if (!pictures.length) return;
    const stamped = pictures.map((file) => [file, `upload-${Date.now()}-${(count += 1)}`]);
    const text = field.text();
    const references = stamped.map(([file, address]) => reference(words.uploading.replace("%s", file.name), address));
    field.replace(...at, paragraphs(references, text.slice(0, at[0]), text.slice(at[1])));
    for (const [file, address] of stamped) follow(field, file, address, "");
  };

  const take = (field, picture) => {
    const [start, end] = field.selection();
    const text = field.text();
    const one = [reference(picture.alt, picture.address)];
    field.replace(start, end, paragraphs(one, text.slice(0, start), text.slice(end)));
  };

  if (settings.uploadUrl) takeFiles(form, upload);
  form.addEventListener("pictures", ({ detail: { field, pictures } }) => {
    for (const { address, data, words: alt } of pictures) {
      const file = settings.uploadUrl && fileOf(data, asWords(alt) || words.pastedName);
      if (file) follow(field, file, address, alt);
    }
  });

  const pick = startPicturePicker(words, settings.pickUrl, take, settings.uploadUrl && upload);
  // For toolbars: `detail` is the field.
  form.addEventListener("pick-picture", ({ detail }) => pick(detail));
  addButtons(form, words, pick);
}

function takeFiles(form, upload) {
  const filesOf = (data) => [...(data?.files ?? [])].filter((file) => file.type.startsWith("image/"));
  form.addEventListener("paste", (event) => {
    const field = fieldOf(event.target, form);
    const files = filesOf(event.clipboardData);
    // Programs add a picture of the words that they put there.
    const isOfWords = event.clipboardData?.getData("text/plain").trim();
    if (!field || event.defaultPrevented || isOfWords || !files.length) return;
    event.preventDefault();
    upload(field, files);
  }, { capture: true });
  form.addEventListener("dragover", (event) => {
    if (fieldOf(event.target, form) && [...event.dataTransfer.types].includes("Files")) event.preventDefault();
  }, { capture: true });
  form.addEventListener("drop", (event) => {
    const field = fieldOf(event.target, form);
    const files = filesOf(event.dataTransfer);
    if (!field || !files.length) return;
    event.preventDefault();
    event.stopPropagation();
    const at = field.positionAt?.(event.clientX, event.clientY);
    upload(field, files, at == null ? undefined : [at, at]);
  }, { capture: true });
}

function addButtons(form, words, pick) {
  const add = (area) => {
    if (area.dataset.pictures || area.closest(".empty-form")) return;
    area.dataset.pictures = "on";
    const button = document.createElement("button");
    Object.assign(button, { type: "button", className: "desk-pick", textContent: words.button });
    button.addEventListener("click", () => pick(fieldOf(area, form)));
    (area.closest(".desk-columns") ?? area).before(button);
  };
  const addAll = () => form.querySelectorAll("textarea[name=body], textarea[name$=-blurb]").forEach(add);
  addAll();
  document.addEventListener("formset:added", addAll);
}

function answered(status, text, words) {
  let answer;
  try {
    answer = JSON.parse(text);
  } catch {
    throw new Error(status === 413 ? words.large : status === 403 ? words.refused : words.failedUpload);
  }
  if (status === 401) throw new Error(words.login);
  if (status >= 400) throw new Error(answer.error ?? words.failedUpload);
  return answer;
}

/** With progress, which only this old way of asking tells. */
function sent(url, file, token, words, move) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const data = new FormData();
    data.set("file", file);
    request.open("POST", url);
    request.setRequestHeader("X-CSRFToken", token);
    request.upload.addEventListener("progress", ({ loaded, total }) => move(total ? loaded / total : 0));
    request.addEventListener("error", () => reject(new Error(words.failedUpload)));
    request.addEventListener("load", () => {
      try {
        resolve(answered(request.status, request.responseText, words));
      } catch (error) {
        reject(error);
      }
    });
    request.send(data);
  });
}

async function describedAs(picture, alt, isDecorative, token, words) {
  const body = new FormData();
  body.set("alt", alt);
  body.set("credit", picture.credit);
  if (isDecorative) body.set("is_decorative", "on");
  const response = await fetch(picture.words, { method: "POST", body, headers: { "X-CSRFToken": token } }).catch(() => null);
  if (!response) throw new Error(words.failedUpload);
  return answered(response.status, await response.text(), words);
}

document.addEventListener("DOMContentLoaded", () => {
  const settings = document.getElementById("desk-writing")?.dataset;
  const form = document.getElementById("article_form");
  if (settings && form) startPictures(form, settings);
});
