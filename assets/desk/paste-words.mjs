// Addresses, footnotes, tables and lists of a pasted text, as Markdown.

const REDIRECTS = [
  [/(^|\.)google\.[a-z]{2,3}(\.[a-z]{2})?$/, "/url", ["q", "url"]],
  [/^l\.(facebook|instagram)\.com$/, "/l.php", ["u"]],
  [/\.safelinks\.protection\.outlook\.com$/, "/", ["url"]],
  [/^(out|www)\.reddit\.com$/, "/", ["url"]],
];

/** Where a link leads, without the counters on the way; "" for what is no address of a page. */
export function target(href, origin) {
  let url;
  try {
    url = new URL(href, origin);
  } catch {
    return "";
  }
  if (url.protocol === "mailto:") return url.href;
  if (!/^https?:$/.test(url.protocol)) return "";
  for (const [host, path, names] of REDIRECTS) {
    if (!host.test(url.hostname) || url.pathname !== path) continue;
    const inner = names.map((name) => url.searchParams.get(name)).find(Boolean);
    if (inner && /^https?:/i.test(inner)) return target(inner, origin);
  }
  return url.origin === origin ? url.pathname + url.search + url.hash : url.href;
}

/** Within `(…)`: whatever would end it early is written as a code. */
export function inParentheses(address) {
  const code = (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  return address.replace(/[\x00-\x20<>()\\]/g, code);
}

/** The first number that no footnote of the text has. */
export function firstFreeNote(text) {
  const taken = [...text.matchAll(/\[\^(\d+)\]/g)].map((match) => Number(match[1]));
  return Math.max(0, ...taken) + 1;
}

export function noteText(number, markdown) {
  return `[^${number}]: ${markdown.trim().replace(/\n(?=.)/g, "\n    ")}`;
}

/** `rows` of cells {text, align, columns, rows}; the first row is the table's head. */
export function table(rows) {
  const grid = spread(rows);
  const width = Math.max(0, ...grid.map((row) => row.length));
  if (!width) return "";
  const texts = grid.map((row) => Array.from({ length: width }, (_, at) => inCell(row[at]?.text ?? "")));
  const aligns = Array.from({ length: width }, (_, at) => alignment(grid.map((row) => row[at]?.align)));
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(texts[0]), line(aligns), ...texts.slice(1).map(line)].join("\n");
}

/** What spans several columns or rows stands in the first of them. */
function spread(rows) {
  const grid = rows.map(() => []);
  rows.forEach((row, number) => {
    let at = 0;
    for (const cell of row) {
      while (grid[number][at]) at += 1;
      for (let down = 0; down < Math.min(cell.rows ?? 1, rows.length - number); down += 1)
        for (let along = 0; along < Math.min(cell.columns ?? 1, 50); along += 1)
          grid[number + down][at + along] = down || along ? { text: "" } : cell;
    }
  });
  return grid.filter((row) => row.length);
}

function inCell(markdown) {
  const lines = markdown.split("\n").map((line) => line.replace(/^\s*(?:[-*+]|\d+\.)\s+|\\$/g, "").trim());
  return lines.filter(Boolean).join(" ").replace(/(?<!\\)\|/g, "\\|");
}

function alignment(aligns) {
  const [first] = aligns.slice(1).filter(Boolean);
  const isSame = first && aligns.slice(1).every((one) => !one || one === first);
  return { right: "---:", end: "---:", center: ":---:" }[isSame ? first : ""] ?? "---";
}

/** Of the sign before a paragraph of a list in Word: {ordered, start}. */
export function listKind(marker) {
  const match = marker.trim().match(/^\(?(?:(\d{1,4})|[a-z]{1,4})[.)]/i);
  return { ordered: Boolean(match), start: Number(match?.[1] ?? 1) };
}

/** Heading levels of a text that stands below a title: none is h1, and their steps are kept. */
export function shifted(level, levels) {
  return Math.min(6, level + Math.max(0, 2 - Math.min(...levels)));
}

const BLOCK = /^(#{1,6} |[-*+] |\d+\. |> |\||```|\[\^)|\n\n/m;

/** With the empty lines around it that blocks need where they are put. */
export function fitted(markdown, before, after) {
  if (!BLOCK.test(markdown)) return markdown;
  const lead = !before.trim() ? "" : before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const tail = !after.trim() ? "\n" : after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  return lead + markdown + tail;
}
