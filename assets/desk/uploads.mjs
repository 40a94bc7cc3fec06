// Pictures on their way into a text: what stands there meanwhile, and whose turn it is.

export const AT_ONCE = 2;

/** Within `![…]`. */
export function asWords(text) {
  return text.replace(/\s+/g, " ").replace(/([\\[\]])/g, "\\$1").trim();
}

export function reference(words, address) {
  return `![${asWords(words)}](${address})`;
}

/** Where a reference with this address stands in a text: [start, end], or null. */
export function placeOf(text, address) {
  const end = text.indexOf(`](${address})`);
  if (end < 0) return null;
  const start = text.lastIndexOf("![", end);
  return start < 0 ? null : [start, end + address.length + 3];
}

/** References of several pictures, each in a paragraph of its own between `before` and `after`. */
export function paragraphs(references, before, after) {
  const gap = (text, isThere) => (!text.trim() ? "" : isThere(2) ? "" : isThere(1) ? "\n" : "\n\n");
  const lead = gap(before, (count) => before.endsWith("\n".repeat(count)));
  const tail = gap(after, (count) => after.startsWith("\n".repeat(count))) || (after ? "" : "\n");
  return lead + references.join("\n\n") + tail;
}

/** Runs what is added, a few at once, in the order in which it came. */
export function queue(most = AT_ONCE) {
  const waiting = [];
  let running = 0;
  const next = () => {
    if (running >= most || !waiting.length) return;
    running += 1;
    waiting.shift()().finally(() => {
      running -= 1;
      next();
    });
    next();
  };
  return (run) => {
    waiting.push(run);
    next();
  };
}

/** Bytes of a picture that came as `data:`, or null where they cannot be read. */
export function fileOf(data, name) {
  const match = data.match(/^data:(image\/[\w.+-]+);base64,([\s\S]*)$/i);
  if (!match) return null;
  try {
    const bytes = Uint8Array.from(atob(match[2]), (char) => char.charCodeAt(0));
    return new File([bytes], `${name}.${match[1].split("/")[1].replace("jpeg", "jpg")}`, { type: match[1] });
  } catch {
    return null;
  }
}
