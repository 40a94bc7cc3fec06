import assert from "node:assert/strict";
import { test } from "node:test";

import { isDarkNow, themeToKeep } from "../theme.mjs";

test("choosing what the system does not say is kept", () => {
  assert.equal(themeToKeep(false, false), "dark");
  assert.equal(themeToKeep(true, true), "light");
});

test("choosing what the system says means following it again", () => {
  assert.equal(themeToKeep(true, false), null);
  assert.equal(themeToKeep(false, true), null);
});

test("a kept theme stands above the system's", () => {
  assert.equal(isDarkNow("dark", false), true);
  assert.equal(isDarkNow("light", true), false);
});

test("without a kept theme the system decides", () => {
  assert.equal(isDarkNow(undefined, true), true);
  assert.equal(isDarkNow(undefined, false), false);
});
