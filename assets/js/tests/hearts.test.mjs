import assert from "node:assert/strict";
import { test } from "node:test";

import { heartSign } from "../hearts.mjs";

test("a given heart is full", () => {
  assert.equal(heartSign(true), "♥");
  assert.equal(heartSign(false), "♡");
});
