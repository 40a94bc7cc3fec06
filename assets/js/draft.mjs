// What is being written, kept by this browser until it is posted: a tab may close, a line may fail.

import { recall, remember } from "./memory.mjs";

const DAYS_KEPT = 14;
const DAY = 24 * 3600 * 1000;

const wordsOf = ({ text, quote }) => JSON.stringify([text ?? "", quote ?? ""]);

/** Of one discussion; other pages and tabs may show another part of it, and do not touch the draft. */
export class Draft {
  /** `values` are those the form came with. */
  constructor(address, values = {}, storage = () => localStorage, now = Date.now) {
    Object.assign(this, { key: `draft ${address}`, storage, now });
    this.begin(values);
    const { kept } = this;
    if (kept && wordsOf(kept) === this.cameWith) this.show(values);
  }

  begin(values) {
    Object.assign(this, { cameWith: wordsOf(values), isShown: false, last: null });
  }

  /** The form has these values, which are the draft's own. */
  show(values) {
    Object.assign(this, { isShown: true, last: JSON.stringify(values) });
  }

  /** Keeps what somebody changed; where no word is left, nothing is kept. */
  keep(values) {
    const isChanged = this.isShown ? JSON.stringify(values) !== this.last : wordsOf(values) !== this.cameWith;
    if (!isChanged) return;
    this.show(values);
    const isWritten = [values.text, values.quote].some((words) => words?.trim());
    remember(this.key, isWritten ? JSON.stringify({ ...values, at: this.now() }) : null, this.storage);
  }

  /** The values that were kept, not too long ago. */
  get kept() {
    try {
      const { at, ...values } = JSON.parse(recall(this.key, this.storage));
      return this.now() - at < DAYS_KEPT * DAY ? values : null;
    } catch {
      return null;
    }
  }

  /** The form was posted and has these values now. */
  forget(values = {}) {
    if (this.isShown) remember(this.key, null, this.storage);
    this.begin(values);
  }
}
