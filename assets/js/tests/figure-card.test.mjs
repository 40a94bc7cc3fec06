import assert from "node:assert/strict";
import { test } from "node:test";

import { cardOf } from "../figure-card.mjs";

const SITE = "https://dateline.example";

test("a figure's page has a card, with or without a place in it", () => {
  assert.equal(cardOf(`${SITE}/facts/9pp5z5/`, SITE), "/facts/9pp5z5/card.json");
  assert.equal(cardOf(`${SITE}/facts/9pp5z5/#history`, SITE), "/facts/9pp5z5/card.json");
});

test("nothing else has one", () => {
  for (const href of [
    `${SITE}/facts/9pp5z5.json`,
    `${SITE}/facts/9pp5z5/card.json`,
    `${SITE}/companies/spotify/`,
    "https://elsewhere.example/facts/9pp5z5/",
    "mailto:desk@dateline.example",
  ]) {
    assert.equal(cardOf(href, SITE), "");
  }
});
