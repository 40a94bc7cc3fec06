// Renews the progress of a batch in place, so that nothing else on the page is lost.
(() => {
  const PAUSE = 2000;
  const shown = () => document.getElementById("batch-progress");

  const renew = async () => {
    const response = await fetch(location.href, { credentials: "same-origin" });
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const news = page.getElementById("batch-progress");
    if (news && news.innerHTML !== shown().innerHTML) {
      shown().replaceChildren(...news.childNodes);
    }
    if (news?.hasAttribute("data-is-over")) shown().setAttribute("data-is-over", "");
  };
  const watch = async () => {
    if (shown().hasAttribute("data-is-over")) return;
    if (!document.hidden) await renew().catch(() => {});
    setTimeout(watch, PAUSE);
  };
  setTimeout(watch, PAUSE);
})();
