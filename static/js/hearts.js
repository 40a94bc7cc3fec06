// The heart in place, and the count of this view. Without this script the form posts itself and
// a picture counts.
(() => {
  const form = document.querySelector("form[data-heart]");
  if (!form) return;
  const button = form.querySelector("button");
  const symbol = button.querySelector("[aria-hidden]");
  const status = form.querySelector("[role=status]");
  const count = document.querySelector("[data-heart-count]");

  const show = (state) => {
    button.setAttribute("aria-pressed", String(state.is_hearted));
    symbol.textContent = state.is_hearted ? "♥" : "♡";
    count.textContent = state.label;
  };
  const ask = async (url, options) => {
    const response = await fetch(url, { headers: { Accept: "application/json" }, ...options });
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  };

  let isBusy = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    try {
      const state = await ask(form.action, { method: "POST" });
      show(state);
      status.textContent = `${state.said} ${state.label}.`;
    } catch {
      status.textContent = form.dataset.failed;
      status.classList.remove("visually-hidden");
    }
    isBusy = false;
  });

  const seen = () => {
    const ads = [...document.querySelectorAll("[data-ad]")].map((ad) => ad.dataset.ad);
    navigator.sendBeacon(form.dataset.seen, new URLSearchParams(ads.map((id) => ["ad", id])));
  };
  const start = () => {
    seen();
    ask(form.dataset.mine).then(show).catch(() => { /* the button works without it */ });
  };
  // A page drawn ahead has not been seen yet.
  if (document.prerendering) document.addEventListener("prerenderingchange", start, { once: true });
  else start();
})();
