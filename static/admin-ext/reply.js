// A reply that is being written outlives a closed tab and a login that ran out: the browser keeps it
// until the desk says that it is on the page.
(() => {
  const SENT = "desk-reply-sent";
  const field = document.querySelector("#id_text");
  const key = `desk-reply ${location.pathname}`;
  try {
    // The list is where a reply that was published leads to.
    if (!field && document.querySelector(".messagelist .success")) localStorage.removeItem(sessionStorage.getItem(SENT));
    sessionStorage.removeItem(SENT);
    if (!field) return;
    field.value ||= localStorage.getItem(key) ?? "";
    const keep = () => localStorage.setItem(key, field.value);
    field.addEventListener("input", keep);
    addEventListener("pagehide", keep);
    field.form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
  } catch {
    /* no storage: what is typed lasts as long as the page */
  }
})();
