// Shows what the address would be while the words are typed that it is made of.
// Without this, or when the answer does not come, saving proposes it.
(() => {
  const PAUSE = 300;

  const propose = async (slug, source) => {
    const asked = source.value;
    const query = new URLSearchParams({ of: slug.dataset.slugOf, text: asked.slice(0, 500) });
    const answer = await fetch(`${slug.dataset.slugUrl}?${query}`);
    if (!answer.ok) return;
    const proposed = (await answer.json()).slug;
    if (source.value === asked && slug.dataset.isProposed) slug.value = asked.trim() ? proposed : "";
  };

  const follow = (slug) => {
    const source = document.getElementById(`id_${slug.dataset.slugFrom}`);
    // An address that stands is changed on purpose or not at all.
    if (!source || slug.value) return;
    slug.dataset.isProposed = "yes";
    let timer;
    slug.addEventListener("input", () => {
      slug.dataset.isProposed = slug.value ? "" : "yes";
    });
    source.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => propose(slug, source).catch(() => {}), PAUSE);
    });
  };

  const start = () => document.querySelectorAll("[data-slug-from]").forEach(follow);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
