import assert from "node:assert/strict";
import { test } from "node:test";

import { isPlainClick } from "../embed.mjs";

test("a click with a key opens the link as any other", () => {
  assert.equal(isPlainClick({ button: 0 }), true);
  for (const other of [{ button: 1 }, { button: 0, ctrlKey: true }, { button: 0, metaKey: true }, { button: 0, shiftKey: true }])
    assert.equal(isPlainClick(other), false);
});
