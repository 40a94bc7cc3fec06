import assert from "node:assert/strict";
import { test } from "node:test";

import { leftInView } from "../placing.mjs";

test("what fits stands where it is wanted", () => {
  assert.equal(leftInView(100, 200, 1000), 100);
});

test("what would leave the view on the right is moved in", () => {
  assert.equal(leftInView(900, 200, 1000), 792);
});

test("what is wider than the view begins at its margin", () => {
  assert.equal(leftInView(300, 400, 390), 8);
  assert.equal(leftInView(-20, 100, 390), 8);
});
