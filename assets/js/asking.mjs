// Requests to this site that are answered with JSON.

const JSON_HEADERS = { Accept: "application/json" };

/** No answer at all: the reader is offline, or the server is. */
export class Unreachable extends Error {}

async function reach(url, options) {
  try {
    return await fetch(url, { headers: JSON_HEADERS, ...options });
  } catch {
    throw new Unreachable(url);
  }
}

export function hasModifier(event) {
  return event.metaKey || event.ctrlKey || event.shiftKey;
}

export async function askJson(url, options = {}) {
  const response = await reach(url, options);
  if (!response.ok) throw new Error(String(response.status));
  return response.json();
}

/** The status and the answer of a form, which is JSON when the form is refused as well. */
export async function sendForm(url, body) {
  const response = await reach(url, { method: "POST", body });
  if (!response.headers.get("Content-Type")?.startsWith("application/json")) {
    throw new Error(String(response.status));
  }
  return [response.status, await response.json()];
}

/** Calls back once somebody looks: a page drawn ahead has not been seen yet. */
export function whenSeen(callback, page = document) {
  if (page.prerendering) page.addEventListener("prerenderingchange", callback, { once: true });
  else callback();
}
