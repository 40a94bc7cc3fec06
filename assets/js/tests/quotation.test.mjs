import assert from "node:assert/strict";
import { test } from "node:test";

import { quotationOf } from "../quotation.mjs";

test("line breaks and runs of blanks become one blank", () => {
  assert.equal(quotationOf("  more than\n  75\u00a0 million \t subscribers "), "more than 75 million subscribers");
});

test("one or two letters are no quotation", () => {
  assert.equal(quotationOf(""), "");
  assert.equal(quotationOf(" \n of "), "");
  assert.equal(quotationOf("one"), "one");
});

test("a quotation is as long as the field takes", () => {
  assert.equal(quotationOf("x".repeat(600)).length, 500);
});
