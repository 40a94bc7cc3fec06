// What is being written, kept by this browser until it is posted: a tab may close, a line may fail.

import { recall, remember } from "./memory.mjs";

const DAYS_KEPT = 14;
const DAY = 24 * 3600 * 1000;

export class Draft {
  constructor(address, storage = () => localStorage, now = Date.now) {
    Object.assign(this, { key: `draft ${address}`, storage, now });
  }

  /** Keeps the values of the fields; where no word is written, nothing is kept. */
  keep(values) {
    const isWritten = [values.text, values.quote].some((words) => words?.trim());
    const draft = isWritten ? JSON.stringify({ ...values, at: this.now() }) : null;
    remember(this.key, draft, this.storage);
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

  forget() {
    remember(this.key, null, this.storage);
  }
}
