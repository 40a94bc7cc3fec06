import assert from "node:assert/strict";
import { afterEach, test } from "node:test";

import { askJson, hasModifier, sendForm, whenSeen } from "../asking.mjs";

const { fetch } = globalThis;
afterEach(() => {
  globalThis.fetch = fetch;
});

function answer(status, body, type = "application/json; charset=utf-8") {
  const asked = [];
  globalThis.fetch = async (url, options) => {
    asked.push({ url, options });
    return new Response(body, { status, headers: { "Content-Type": type } });
  };
  return asked;
}

test("an answer is read as JSON, which was asked for", async () => {
  const asked = answer(200, '{"count": 3}');
  assert.deepEqual(await askJson("/hearts/", { method: "POST" }), { count: 3 });
  assert.equal(asked[0].options.headers.Accept, "application/json");
  assert.equal(asked[0].options.method, "POST");
});

test("a refusal is an error that names its status", async () => {
  answer(429, "{}");
  await assert.rejects(askJson("/hearts/"), /429/);
});

test("a refused form is answered with words, not with an error", async () => {
  answer(422, '{"html": "<form></form>"}');
  assert.deepEqual(await sendForm("/comments/", null), [422, { html: "<form></form>" }]);
});

test("a page where JSON was asked for is an error", async () => {
  answer(200, "<!doctype html>", "text/html");
  await assert.rejects(sendForm("/comments/", null), /200/);
});

test("a click that opens a tab or a window is left to the browser", () => {
  assert.ok(hasModifier({ ctrlKey: true }));
  assert.ok(hasModifier({ metaKey: true }));
  assert.ok(hasModifier({ shiftKey: true }));
  assert.ok(!hasModifier({ altKey: true }));
});

test("a page in view is seen at once", () => {
  let seen = 0;
  whenSeen(() => (seen += 1), { prerendering: false });
  assert.equal(seen, 1);
});

test("a page drawn ahead is seen when it is turned to, once", () => {
  const page = Object.assign(new EventTarget(), { prerendering: true });
  let seen = 0;
  whenSeen(() => (seen += 1), page);
  assert.equal(seen, 0);
  page.dispatchEvent(new Event("prerenderingchange"));
  page.dispatchEvent(new Event("prerenderingchange"));
  assert.equal(seen, 1);
});
