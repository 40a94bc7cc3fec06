// The HTML of a clipboard as text, before it is parsed.

const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^"'>])*>/gi;
const ACTIVE = /"[^"]*"|'[^']*'|(?<![\w-])(style|on\w+)(?=\s*=)/gi;
const STYLE_SHEET = /<style\b[^>]*>([\s\S]*?)<\/style\s*>/gi;
const SCRIPT = /<(script|noscript|template|title|xml)\b[^>]*>[\s\S]*?<\/\1\s*>/gi;
const FRAGMENT = /<!--\s*StartFragment\s*-->([\s\S]*)<!--\s*EndFragment\s*-->/i;
const RULE = /([^{}]+)\{([^{}]*)\}/g;
const CLASS = /\.([\w-]+)\s*$/;

/**
 * `html` without scripts, its style sheets as `classes`, its attributes `style` and `on…` renamed.
 *
 * A parsed document runs nothing, but the page's policy reports what it would have refused.
 */
export function inert(html) {
  const sheets = [...html.matchAll(STYLE_SHEET)].map((match) => match[1]);
  const rest = html.replace(STYLE_SHEET, "").replace(SCRIPT, "");
  const fragment = rest.match(FRAGMENT)?.[1] ?? rest;
  const rename = (tag) => tag.replace(ACTIVE, (found, name) => (name ? `data-${name}` : found));
  return { html: fragment.replace(TAG, rename), classes: classesOf(sheets.join("\n")) };
}

/** What a style sheet says of single classes: {name: declarations}. */
export function classesOf(sheet) {
  const classes = {};
  const rules = sheet.replace(/\/\*[\s\S]*?\*\/|<!--|-->/g, "");
  for (const [, selectors, declared] of rules.matchAll(RULE)) {
    for (const selector of selectors.split(",")) {
      const name = selector.match(CLASS)?.[1];
      if (name) classes[name] = { ...classes[name], ...declarations(declared) };
    }
  }
  return classes;
}

export function declarations(text) {
  const pairs = text.split(";").map((one) => one.split(/:([\s\S]*)/));
  const found = pairs.filter(([name, value]) => name.trim() && value);
  return Object.fromEntries(found.map(([name, value]) => [name.trim().toLowerCase(), value.trim()]));
}

const MONOSPACED = /courier|consolas|menlo|monaco|roboto mono|source code|monospace/i;

/** What declarations make of words: the names of elements, outermost first. */
export function elementsOf(declared) {
  const weight = declared["font-weight"] ?? "";
  const font = `${declared.font ?? ""} ${declared["font-family"] ?? ""}`;
  const line = `${declared["text-decoration"] ?? ""} ${declared["text-decoration-line"] ?? ""}`;
  return [
    (/^bold/.test(weight) || Number(weight) >= 600) && "strong",
    /italic|oblique/.test(declared["font-style"] ?? "") && "em",
    /line-through/.test(line) && "s",
    declared["vertical-align"] === "super" && "sup",
    declared["vertical-align"] === "sub" && "sub",
    MONOSPACED.test(font) && "code",
  ].filter(Boolean);
}

/** In pixels; 0 where nothing is said. */
export function sizeOf(declared) {
  const match = `${declared["font-size"] ?? ""} ${declared.font ?? ""}`.match(/([\d.]+)(px|pt)/);
  return match ? Number(match[1]) * (match[2] === "pt" ? 4 / 3 : 1) : 0;
}
