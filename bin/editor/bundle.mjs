// Makes the bundle, and says what is in it: bin/vendor-editor runs it where npm has installed.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";

const [entry, target] = process.argv.slice(2);
const { metafile } = await build({
  entryPoints: [entry],
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "CodeMirror",
  target: "es2022",
  legalComments: "none",
  banner: { js: "/* CodeMirror and what it is made of: see packages.json and LICENSES.txt */" },
  outfile: `${target}/codemirror.js`,
  metafile: true,
});

const [output] = Object.values(metafile.outputs);
const used = Object.entries(output.inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
const names = used.map(([path]) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]);
const packages = [...new Set(names.filter(Boolean))].sort().map((name) => {
  const place = `node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${place}/package.json`));
  const file = readdirSync(place).find((one) => /^licen[cs]e/i.test(one));
  return { name, version, license, text: readFileSync(`${place}/${file}`, "utf8").trim() };
});
const sha256 = createHash("sha256").update(readFileSync(`${target}/codemirror.js`)).digest("hex");
const listed = packages.map(({ name, version, license }) => ({ name, version, license }));
writeFileSync(`${target}/packages.json`, `${JSON.stringify({ sha256, packages: listed }, null, 2)}\n`);
const texts = packages.map(({ name, version, text }) => `${name} ${version}\n\n${text}\n`);
writeFileSync(`${target}/LICENSES.txt`, texts.join(`\n${"-".repeat(72)}\n\n`));
