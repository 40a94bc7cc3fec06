// A reply that is being written outlives a closed tab and a login that ran out: the browser keeps it
// until the desk says that it is on the page.
(() => {
  const SENT = "desk-reply-sent";
  const field = document.querySelector("#id_text");
  const key = `desk-reply ${location.pathname}`;
  try {
    const sent = sessionStorage.getItem(SENT);
    // The list is where a reply that was published leads to.
    if (sent && !field && document.querySelector(".messagelist .success")) localStorage.removeItem(sent);
    sessionStorage.removeItem(SENT);
    if (!field) return;
    field.value ||= localStorage.getItem(key) ?? "";
    const keep = () => (field.value.trim() ? localStorage.setItem(key, field.value) : localStorage.removeItem(key));
    field.addEventListener("input", keep);
    addEventListener("pagehide", keep);
    field.form.addEventListener("submit", () => sessionStorage.setItem(SENT, key));
  } catch {
    /* no storage: what is typed lasts as long as the page */
  }
})();
