import assert from "node:assert/strict";
import { test } from "node:test";

import { firstFreeNote, fitted, inParentheses, listKind, noteText, shifted, table, target } from "../paste-words.mjs";

const OURS = "https://dateline.example";

test("a link leads where it led, not by way of those who count", () => {
  assert.equal(target("https://www.google.com/url?q=https://a.example/b?c%3Dd&sa=D&usg=x", OURS), "https://a.example/b?c=d");
  assert.equal(target("https://l.facebook.com/l.php?u=https%3A%2F%2Fa.example%2F&h=1", OURS), "https://a.example/");
  assert.equal(target("https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.example%2Fx&data=1", OURS), "https://a.example/x");
  assert.equal(target("https://www.google.com/search?q=https://a.example", OURS), "https://www.google.com/search?q=https://a.example");
  assert.equal(target("https://google.com.evil.example/url?q=https://a.example", OURS), "https://google.com.evil.example/url?q=https://a.example");
});

test("a redirect to what is no page stays as it is", () => {
  assert.equal(target("https://www.google.com/url?q=javascript:alert(1)", OURS), "https://www.google.com/url?q=javascript:alert(1)");
});

test("what is no address of a page is no link, and ours is a path", () => {
  for (const href of ["javascript:alert(1)", "file:///C:/a.htm", "data:text/html,x", "http://[", " vbscript:x"]) assert.equal(target(href, OURS), "");
  assert.equal(target(`${OURS}/articles/a/?b=1#c`, OURS), "/articles/a/?b=1#c");
  assert.equal(target("mailto:a@b.example", OURS), "mailto:a@b.example");
});

test("an address cannot end its own brackets", () => {
  assert.equal(inParentheses("https://a.example/b_(c) d<e>"), "https://a.example/b_%28c%29%20d%3Ce%3E");
});

test("footnotes have numbers that the text has not", () => {
  assert.equal(firstFreeNote("none"), 1);
  assert.equal(firstFreeNote("a[^2]\n\n[^2]: b[^x]"), 3);
  assert.equal(noteText(3, "One.\n\nTwo."), "[^3]: One.\n\n    Two.");
});

test("a table has a head, one width, and no cell that ends early", () => {
  const rows = [
    [{ text: "Name" }, { text: "Users", align: "right" }],
    [{ text: "A|B" }, { text: "1", align: "right" }, { text: "new\nline" }],
    [{ text: "- x\n- y" }],
  ];
  assert.equal(table(rows), "| Name | Users |  |\n| --- | ---: | --- |\n| A\\|B | 1 | new line |\n| x y |  |  |");
  assert.equal(table([]), "");
});

test("a cell over two rows or columns stands in the first of them", () => {
  const rows = [[{ text: "a", rows: 2 }, { text: "b", columns: 2 }], [{ text: "c" }, { text: "d" }]];
  assert.equal(table(rows), "| a | b |  |\n| --- | --- | --- |\n|  | c | d |");
});

test("the sign before a paragraph tells which list it is in", () => {
  assert.deepEqual(listKind("·  "), { ordered: false, start: 1 });
  assert.deepEqual(listKind("o   "), { ordered: false, start: 1 });
  assert.deepEqual(listKind("3.   "), { ordered: true, start: 3 });
  assert.deepEqual(listKind("a) "), { ordered: true, start: 1 });
});

test("headings stand below the title and keep their steps", () => {
  assert.deepEqual([1, 2, 3].map((level) => shifted(level, [1, 2, 3])), [2, 3, 4]);
  assert.deepEqual([2, 3].map((level) => shifted(level, [2, 3])), [2, 3]);
  assert.equal(shifted(6, [1, 6]), 6);
});

test("blocks get the empty lines that they need, words within a line none", () => {
  assert.equal(fitted("**word**", "a ", " b"), "**word**");
  assert.equal(fitted("## A", "before", "after"), "\n\n## A\n\n");
  assert.equal(fitted("- a", "before\n\n", "\n\nafter"), "- a");
  assert.equal(fitted("- a", "", ""), "- a\n");
});
