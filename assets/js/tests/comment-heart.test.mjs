import assert from "node:assert/strict";
import { test } from "node:test";

import { countShown } from "../comment-heart.mjs";

test("no hearts are not counted out", () => {
  assert.equal(countShown(0), "");
  assert.equal(countShown(3), "3");
});
