import assert from "node:assert/strict";
import { test } from "node:test";

import { cardOf, languageAround } from "../figure-card.mjs";

const SITE = "https://dateline.example";

test("a figure's page has a card, with or without a place in it", () => {
  assert.equal(cardOf(`${SITE}/facts/9pp5z5/`, SITE), "/facts/9pp5z5/card.json");
  assert.equal(cardOf(`${SITE}/facts/9pp5z5/#history`, SITE), "/facts/9pp5z5/card.json");
});

test("the card speaks the language of the text around it, where that is another", () => {
  const page = { lang: "en-gb" };
  const within = (one) => ({ closest: () => one });
  assert.equal(languageAround(within({ lang: "de" }), page), "de");
  for (const ours of [page, { lang: "en-gb" }, null]) {
    assert.equal(languageAround(within(ours), page), "");
  }
  const address = `${SITE}/facts/9pp5z5/`;
  assert.equal(cardOf(address, SITE, "de-AT"), "/facts/9pp5z5/card.json?language=de-AT");
  assert.equal(cardOf(address, SITE, ""), "/facts/9pp5z5/card.json");
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
