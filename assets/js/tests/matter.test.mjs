import assert from "node:assert/strict";
import { test } from "node:test";

import { tellMatter } from "../matter.mjs";

/** A form that quotes something, and the elements that stand in it by now. */
function formQuoting(value) {
  const told = [];
  const field = { value, closest: () => ({ after: (element) => told.push(element) }) };
  const remove = () => told.pop();
  return {
    told,
    field,
    getAttribute: () => "/discussions/article/1/",
    elements: { namedItem: () => field },
    querySelector: () => (told.length ? { remove } : null),
  };
}

/** Elements are their own HTML here. */
function withDocument(run) {
  const range = { createContextualFragment: (html) => ({ firstElementChild: html }) };
  globalThis.document = { createRange: () => range };
  return run();
}

test("what was proposed stands beside the quotation, once", () =>
  withDocument(async () => {
    const form = formQuoting("75 offices & more");
    const asked = [];
    const ask = async (url) => {
      asked.push(url);
      return { html: `<p>${asked.length}</p>` };
    };
    await tellMatter(form, ask);
    await tellMatter(form, ask);
    assert.deepEqual(form.told, ["<p>2</p>"]);
    assert.equal(asked[0], "/discussions/article/1/proposed/?quote=75+offices+%26+more");
  }));

test("an answer about words that were changed meanwhile is not shown", () =>
  withDocument(async () => {
    const form = formQuoting("75 offices");
    await tellMatter(form, async () => {
      form.field.value = "It grew";
      return { html: "<p>late</p>" };
    });
    assert.deepEqual(form.told, []);
  }));

test("no quotation asks nothing and takes away what was told", () =>
  withDocument(async () => {
    const form = formQuoting("75 offices");
    await tellMatter(form, async () => ({ html: "<p>told</p>" }));
    form.field.value = "  ";
    await tellMatter(form, () => assert.fail("asked"));
    assert.deepEqual(form.told, []);
  }));

test("without an answer nothing is told", () =>
  withDocument(async () => {
    const form = formQuoting("75 offices");
    await tellMatter(form, async () => {
      throw new Error("offline");
    });
    assert.deepEqual(form.told, []);
  }));
