import assert from "node:assert/strict";
import { test } from "node:test";

import { fileOf, paragraphs, placeOf, queue, reference } from "../uploads.mjs";

test("words cannot end their brackets", () => {
  assert.equal(reference("a ]( b\n[c]", "/x.png"), "![a \\]( b \\[c\\]](/x.png)");
});

test("a reference is found by its address, whatever was written around it meanwhile", () => {
  const text = "![one](upload-1) more ![two](upload-12) ![three](upload-2)";
  assert.equal(text.slice(...placeOf(text, "upload-12")), "![two](upload-12)");
  assert.equal(placeOf(text, "upload-3"), null);
  assert.equal(placeOf("no picture](upload-1)", "upload-1"), null);
});

test("several pictures are paragraphs in their order", () => {
  assert.equal(paragraphs(["![](a)", "![](b)"], "before", "after"), "\n\n![](a)\n\n![](b)\n\n");
  assert.equal(paragraphs(["![](a)"], "before\n\n", "\nafter"), "![](a)\n");
  assert.equal(paragraphs(["![](a)"], "", ""), "![](a)\n");
});

test("two are sent at once, the others in their order, though one fails", async () => {
  const begun = [];
  const ends = [];
  const add = queue(2);
  for (const name of ["a", "b", "c", "d"])
    add(() => {
      begun.push(name);
      return new Promise((resolve) => ends.push(resolve));
    });
  assert.deepEqual(begun, ["a", "b"]);
  ends[1]();
  await new Promise(setImmediate);
  assert.deepEqual(begun, ["a", "b", "c"]);
  ends[0]();
  await new Promise(setImmediate);
  assert.deepEqual(begun, ["a", "b", "c", "d"]);
});

test("what came as data is a file of its kind, or nothing", async () => {
  const file = fileOf("data:image/jpeg;base64,AAEC", "chart");
  assert.deepEqual([file.name, file.type, file.size], ["chart.jpg", "image/jpeg", 3]);
  assert.equal(fileOf("data:text/html;base64,AAEC", "x"), null);
  assert.equal(fileOf("data:image/png;base64,%%%", "x"), null);
});
