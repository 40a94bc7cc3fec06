import assert from "node:assert/strict";
import { test } from "node:test";

import { correctionsSince, summaryOf } from "../read-before.mjs";

const CORRECTIONS = [
  { number: 3, kind: "Correction", day: "2 May 2026" },
  { number: 10, kind: "Clarification", day: "9 June 2026" },
];

test("a first visit has missed nothing", () => {
  assert.deepEqual(correctionsSince(null, CORRECTIONS), []);
});

test("a browser that remembers nothing is told nothing", () => {
  assert.deepEqual(correctionsSince(undefined, CORRECTIONS), []);
});

test("only what came after the last visit is news, by number and not by letter", () => {
  assert.deepEqual(correctionsSince("3", CORRECTIONS), [CORRECTIONS[1]]);
  assert.deepEqual(correctionsSince("9", CORRECTIONS), [CORRECTIONS[1]]);
  assert.deepEqual(correctionsSince("10", CORRECTIONS), []);
});

test("an article without corrections when it was read has all of them as news", () => {
  assert.deepEqual(correctionsSince("0", CORRECTIONS), CORRECTIONS);
});

test("the line names each with its day", () => {
  assert.equal(summaryOf(CORRECTIONS), "Correction, 2 May 2026; Clarification, 9 June 2026");
});
