import assert from "node:assert/strict";
import { test } from "node:test";

import { distinct, keysOf, newsSince } from "../read-before.mjs";

const PRESENT = [{ key: "c3" }, { key: "c30" }, { key: "shown:/facts/9pp5z5/" }];

test("a first visit has missed nothing", () => {
  assert.deepEqual(newsSince(null, PRESENT), []);
});

test("a browser that remembers nothing is told nothing", () => {
  assert.deepEqual(newsSince(undefined, PRESENT), []);
});

test("what is remembered is no news", () => {
  assert.deepEqual(newsSince(keysOf(PRESENT), PRESENT), []);
});

test("only what came after the last visit is news, and a whole key is compared", () => {
  assert.deepEqual(newsSince("c30", PRESENT), [PRESENT[0], PRESENT[2]]);
});

test("all is news on a page that had nothing when it was read", () => {
  assert.deepEqual(newsSince(keysOf([]), PRESENT), PRESENT);
});

test("a figure that was shown and is withdrawn now is news", () => {
  const withdrawn = { key: "wrong:/facts/9pp5z5/" };
  assert.deepEqual(newsSince("shown:/facts/9pp5z5/", [withdrawn]), [withdrawn]);
});

test("what stands in several sentences is told once, at the first of them", () => {
  const [first, again] = [1, 2].map((element) => ({ key: "wrong:/facts/9pp5z5/", element }));
  const shown = { key: "shown:/facts/9pp5z5/", element: 3 };
  assert.deepEqual(distinct([first, shown, again]), [first, shown]);
  assert.deepEqual(distinct([]), []);
});
