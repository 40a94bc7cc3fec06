import assert from "node:assert/strict";
import { test } from "node:test";

import { Draft } from "../draft.mjs";

const DAY = 24 * 3600 * 1000;

function browser() {
  const kept = new Map();
  const storage = () => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  });
  const draft = (address, at = 0, values = {}) => new Draft(address, values, storage, () => at);
  return { kept, draft };
}

test("what was written is there after the tab was closed", () => {
  const { draft } = browser();
  draft("/discussions/article/1/").keep({ text: "Half a", kind: "tip" });
  assert.deepEqual(draft("/discussions/article/1/").kept, { text: "Half a", kind: "tip" });
});

test("it is of one discussion", () => {
  const { draft } = browser();
  draft("/discussions/article/1/").keep({ text: "Half a" });
  assert.equal(draft("/discussions/article/11/").kept, null);
});

test("a form without words keeps nothing, and forgets what was deleted from it", () => {
  const { kept, draft } = browser();
  const written = draft("/a/");
  written.keep({ text: "Half a" });
  written.keep({ text: " ", quote: "", kind: "tip", parent: "abc" });
  assert.equal(kept.size, 0);
});

test("a page that never showed it leaves it alone", () => {
  const { kept, draft } = browser();
  draft("/a/").keep({ text: "Half a", parent: "abc" });
  const before = new Map(kept);
  for (const values of [{}, { quote: "It was 1998." }]) {
    const other = draft("/a/", 0, values);
    other.keep({ text: "", parent: "", ...values });
    other.keep({ text: "", parent: "moved", ...values });
    other.forget();
    assert.deepEqual(kept, before);
  }
});

test("a page that shows it moves it, and forgets what is deleted from it", () => {
  const { kept, draft } = browser();
  const values = { text: "Half a", quote: "", parent: "" };
  draft("/a/").keep(values);
  const restored = draft("/a/");
  restored.show(values);
  restored.keep({ ...values, parent: "abc" });
  assert.equal(draft("/a/").kept.parent, "abc");
  restored.keep({ ...values, text: "" });
  assert.equal(kept.size, 0);
});

test("words that the browser itself put back into the form are the draft's", () => {
  const { kept, draft } = browser();
  const values = { text: "Half a", quote: "" };
  draft("/a/").keep(values);
  draft("/a/", 0, values).forget();
  assert.equal(kept.size, 0);
});

test("what was posted elsewhere is not kept once more by a page that still shows it", () => {
  const { kept, draft } = browser();
  const values = { text: "Half a", quote: "" };
  draft("/a/").keep(values);
  const still = draft("/a/", 0, values);
  draft("/a/", 0, values).forget();
  still.keep(values);
  assert.equal(kept.size, 0);
});

test("a sentence that is corrected is kept without a word about it", () => {
  const { draft } = browser();
  draft("/a/").keep({ text: "", quote: "It was 1998." });
  assert.equal(draft("/a/").kept.quote, "It was 1998.");
});

test("what was posted is forgotten", () => {
  const { kept, draft } = browser();
  const posted = draft("/a/");
  posted.keep({ text: "All of it" });
  posted.forget();
  assert.equal(kept.size, 0);
});

test("after two weeks it is left alone", () => {
  const { draft } = browser();
  draft("/a/", 0).keep({ text: "Half a" });
  assert.ok(draft("/a/", 14 * DAY - 1).kept);
  assert.equal(draft("/a/", 14 * DAY).kept, null);
});

test("a browser that forbids storage, or holds something else there, has no draft", () => {
  const { kept, draft } = browser();
  const forbidden = () => {
    throw new Error("SecurityError");
  };
  new Draft("/a/", {}, forbidden).keep({ text: "Half a" });
  assert.equal(new Draft("/a/", {}, forbidden).kept, null);
  kept.set("draft /a/", "{not JSON");
  assert.equal(draft("/a/").kept, null);
});
