import assert from "node:assert/strict";
import { test } from "node:test";

import { fieldsToFill, Stamp } from "../form-stamp.mjs";

function counted(...answers) {
  const ask = () => {
    ask.calls += 1;
    const answer = answers.shift();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  ask.calls = 0;
  return ask;
}

test("a stamp is asked for once, however many fields are entered meanwhile", async () => {
  const ask = counted("first");
  const stamp = new Stamp(ask);
  assert.deepEqual(await Promise.all([stamp.get(), stamp.get()]), ["first", "first"]);
  assert.equal(await stamp.get(), "first");
  assert.equal(ask.calls, 1);
});

test("after a failure it is asked for again", async () => {
  const ask = counted(new Error("offline"), "second");
  const stamp = new Stamp(ask);
  await assert.rejects(stamp.get(), /offline/);
  assert.equal(await stamp.get(), "second");
});

test("a posted comment uses its stamp up", async () => {
  const ask = counted("first", "second");
  const stamp = new Stamp(ask);
  await stamp.get();
  stamp.forget();
  assert.equal(await stamp.get(), "second");
});

test("a form that came with its stamp asks for none", async () => {
  const ask = counted();
  const stamp = new Stamp(ask);
  stamp.isThere();
  await stamp.get();
  assert.equal(ask.calls, 0);
});

test("the token is set, and who confirmed an address is filled in", () => {
  const answer = { csrfmiddlewaretoken: "t", stamp: "s", name: "Ada", email: "ada@example.org" };
  assert.deepEqual(fieldsToFill(answer, () => ""), {
    hidden: { csrfmiddlewaretoken: "t", stamp: "s" },
    visible: { name: "Ada", email: "ada@example.org" },
  });
});

test("what is typed already stays", () => {
  const answer = { stamp: "s", name: "Ada", email: "ada@example.org" };
  const typed = (name) => (name === "name" ? "Ada L." : "");
  assert.deepEqual(fieldsToFill(answer, typed).visible, { email: "ada@example.org" });
});

test("nobody known fills nothing in", () => {
  assert.deepEqual(fieldsToFill({ stamp: "s", name: "", email: "" }, () => "").visible, {});
});
