import assert from "node:assert/strict";
import { test } from "node:test";

import { idOf } from "../threads.mjs";

test("a comment is named by the id of its element", () => {
  assert.equal(idOf({ id: "c-1e81a83eda" }), "1e81a83eda");
});
