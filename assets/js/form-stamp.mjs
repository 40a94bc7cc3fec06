// Stored pages hold neither token nor stamp: they are asked for when somebody starts to write.

/** Gets the stamp once; again after a failure, and after `forget`. */
export class Stamp {
  #pending = null;

  constructor(ask) {
    this.ask = ask;
  }

  get() {
    this.#pending ??= this.ask().catch((error) => {
      this.#pending = null;
      throw error;
    });
    return this.#pending;
  }

  forget() {
    this.#pending = null;
  }

  /** The form came with its stamp in it. */
  isThere() {
    this.#pending = Promise.resolve();
  }
}

/** Which fields are set: hidden ones always, name and address only where nothing is typed yet. */
export function fieldsToFill({ name, email, remember: _box, ...hidden }, typed) {
  const known = Object.entries({ name, email }).filter(([key, value]) => value && !typed(key));
  return { hidden, visible: Object.fromEntries(known) };
}
