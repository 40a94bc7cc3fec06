// Keys of the moderation queue. Each only presses a button that is there for the mouse as well.
(() => {
  const rows = [...document.querySelectorAll("#result_list tbody tr")];
  if (!rows.length && !document.querySelector(".queue-latest")) return;
  let at = -1;

  const go = (to) => {
    if (!rows.length) return;
    rows[at]?.classList.remove("queue-at");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("queue-at");
    rows[at].querySelector(".queue-what a")?.focus({ preventScroll: true });
    rows[at].scrollIntoView({ block: "nearest" });
  };
  // After a decision the list opens at the next one.
  const place = document.getElementById(location.hash.slice(1))?.closest("#result_list tbody tr");
  if (place) go(rows.indexOf(place));
  const press = (name) => rows[at]?.querySelector(`button[name="_${name}"]`)?.click();
  const keys = {
    j: () => go(at + 1),
    k: () => go(at - 1),
    a: () => press("approve"),
    r: () => (rows[at]?.querySelector('button[name="_reject"]') ? press("reject") : press("remove")),
    s: () => press("spam"),
    x: () => rows[at]?.querySelector(".action-select")?.click(),
    o: () => rows[at]?.querySelector(".queue-what a")?.click(),
    u: () => document.querySelector(".queue-latest button")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=checkbox]), select, textarea")) return;
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  });
  document.addEventListener("focusin", (event) => {
    const row = event.target.closest("#result_list tbody tr");
    if (row && rows.indexOf(row) !== at) { rows[at]?.classList.remove("queue-at"); at = rows.indexOf(row); row.classList.add("queue-at"); }
  });
})();
