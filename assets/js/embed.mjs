// A video of another site is played where its link stands, once a reader asks for it.

/** Nothing but a plain click: others open the link as any other. */
export function isPlainClick({ button, ctrlKey, metaKey, shiftKey, altKey }) {
  return button === 0 && !(ctrlKey || metaKey || shiftKey || altKey);
}

export function startEmbeds() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a.embed[data-player]");
    if (!link || !isPlainClick(event)) return;
    event.preventDefault();
    const frame = document.createElement("iframe");
    frame.className = "embed";
    frame.title = link.firstChild.textContent;
    frame.allow = "autoplay; fullscreen; picture-in-picture";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.src = `${link.dataset.player}?autoplay=1`;
    link.replaceWith(frame);
    frame.focus();
  });
}
