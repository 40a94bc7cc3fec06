import assert from "node:assert/strict";
import { test } from "node:test";

import { recall, remember } from "../memory.mjs";

function storageOf(kept) {
  return () => ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  });
}

const forbidden = () => {
  throw new Error("SecurityError");
};

test("what was remembered is recalled", () => {
  const storage = storageOf(new Map());
  remember("theme", "dark", storage);
  assert.equal(recall("theme", storage), "dark");
});

test("null forgets", () => {
  const kept = new Map([["theme", "dark"]]);
  remember("theme", null, storageOf(kept));
  assert.equal(kept.has("theme"), false);
});

test("what was never remembered is null", () => {
  assert.equal(recall("theme", storageOf(new Map())), null);
});

test("a browser that forbids storage remembers nothing and throws nothing", () => {
  remember("theme", "dark", forbidden);
  assert.equal(recall("theme", forbidden), undefined);
});
