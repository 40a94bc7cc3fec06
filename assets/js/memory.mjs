// What this browser remembers. In private mode there may be no storage: then nothing is remembered.

export function recall(key, storage = () => localStorage) {
  try {
    return storage().getItem(key);
  } catch {
    return undefined;
  }
}

export function remember(key, value, storage = () => localStorage) {
  try {
    if (value === null) storage().removeItem(key);
    else storage().setItem(key, value);
  } catch {
    /* lasts for this page only */
  }
}
