// The sentence around words of a text.

const BLOCKS = "p, li, dd, td, th, figcaption, h2, h3, h4, h5, h6";
// What stands beside a figure or an entry and is not said by the text.
const BESIDE = [
  ".as-of, .newer, .figure-card, .footnote-ref, .rank, .flag, .definition, .challenge, .src",
  "button, summary, details, .visually-hidden, .meta, .corrected, .propose",
].join();
const ENDS_A_LINE = `${BLOCKS}, br, tr, section, div`;

/** The sentence or sentences of a text in which the words from `start` to `end` stand. */
export function sentenceAt(text, start, end, language) {
  if (!Intl.Segmenter) return text;
  const sentences = new Intl.Segmenter(language || undefined, { granularity: "sentence" });
  return [...sentences.segment(text)]
    .filter(({ index, segment }) => index < end && index + segment.length > start)
    .map(({ segment }) => segment)
    .join("")
    .trim();
}

/** What the text says within a range, without marks and notes; each block ends a line. */
export function textWithin(range) {
  const part = range.cloneContents();
  for (const element of part.querySelectorAll(BESIDE)) element.remove();
  for (const element of part.querySelectorAll(ENDS_A_LINE)) element.after("\n");
  return part.textContent;
}

export function sentenceOf(element) {
  const block = element.closest(BLOCKS) ?? element.parentElement;
  const range = document.createRange();
  range.selectNodeContents(block);
  const text = textWithin(range);
  range.setEndBefore(element);
  const start = textWithin(range).length;
  const language = element.closest("[lang]")?.lang;
  return sentenceAt(text, start, start + element.textContent.length, language);
}
