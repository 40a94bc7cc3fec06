// Where something that floats over the page stands.

const MARGIN = 8;

/** The left edge nearest to the wanted one at which the whole width is in view. */
export function leftInView(wanted, width, viewWidth) {
  return Math.max(MARGIN, Math.min(wanted, viewWidth - width - MARGIN));
}

export function placeBelow(element, place, gap) {
  const left = leftInView(place.left, element.offsetWidth, document.documentElement.clientWidth);
  element.style.top = `${place.bottom + scrollY + gap}px`;
  element.style.left = `${left + scrollX}px`;
}
