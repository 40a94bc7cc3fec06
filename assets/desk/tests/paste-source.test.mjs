import assert from "node:assert/strict";
import { test } from "node:test";

import { classesOf, declarations, elementsOf, inert, sizeOf } from "../paste-source.mjs";

test("nothing that a page's policy refuses is left before it is parsed", () => {
  const { html } = inert(
    `<style>p{color:red}</style><script>steal()</script><p onclick="a()" style='x:y' title="style=1 onload=2">w</p><img src=x onerror=a()>`,
  );
  assert.equal(html, `<p data-onclick="a()" data-style='x:y' title="style=1 onload=2">w</p><img src=x data-onerror=a()>`);
});

test("an attribute that only ends like one of these stays", () => {
  assert.equal(inert(`<p data-style="a" font-style="b">`).html, `<p data-style="a" font-style="b">`);
});

test("of a clipboard the fragment is read, with what its style sheet says of classes", () => {
  const { html, classes } = inert(
    "<html><style><!-- p.MsoTitle, li.p1 {font-size:26.0pt;\n font-weight:bold} --></style><body><!--StartFragment--><p>In</p><!--EndFragment--><p>Out</p>",
  );
  assert.equal(html, "<p>In</p>");
  assert.equal(sizeOf(classes.p1).toFixed(1), "34.7");
  assert.deepEqual(elementsOf(classes.MsoTitle), ["strong"]);
});

test("comments of a style sheet say nothing", () => {
  assert.deepEqual(classesOf("/* .a{x:y} */ .b{c:d}"), { b: { c: "d" } });
});

test("styles become the elements that mean the same", () => {
  const of = (text) => elementsOf(declarations(text));
  assert.deepEqual(of("font-weight:700; font-style:italic"), ["strong", "em"]);
  assert.deepEqual(of("font-weight:400;font-style:normal;text-decoration:none"), []);
  assert.deepEqual(of("font-family:'Courier New'"), ["code"]);
  assert.deepEqual(of("vertical-align:super"), ["sup"]);
  assert.deepEqual(of("text-decoration-line:line-through"), ["s"]);
  assert.deepEqual(of("background:url(data:image/png;base64,aaaa);font-weight:bold"), ["strong"]);
});
