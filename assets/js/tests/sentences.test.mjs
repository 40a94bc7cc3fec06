import assert from "node:assert/strict";
import { test } from "node:test";

import { sentenceAt } from "../sentences.mjs";

function around(words, text, language = "en") {
  const start = text.indexOf(words);
  return sentenceAt(text, start, start + words.length, language);
}

test("the sentence around the words, and no other", () => {
  const text = "It grew. More than 75 million pay for it. Few leave.";
  assert.equal(around("75 million", text), "More than 75 million pay for it.");
});

test("a decimal point ends no sentence", () => {
  assert.equal(around("2.5 billion", "So. It has 2.5 billion users."), "It has 2.5 billion users.");
});

test("words over the end of a sentence bring both", () => {
  assert.equal(around("pay. Few", "It grew. Many pay. Few leave. End."), "Many pay. Few leave.");
});

test("other scripts end sentences in their own way", () => {
  assert.equal(around("75", "增长了。有75百万人付费。完。", "zh"), "有75百万人付费。");
});
