import assert from "node:assert/strict";
import { test } from "node:test";

import { codeOf } from "../copy-code.mjs";

test("the line break that ends a block is not copied, those within are", () => {
  assert.equal(codeOf("one\n\n  two\n"), "one\n\n  two");
  assert.equal(codeOf("one\n\n"), "one\n");
});
