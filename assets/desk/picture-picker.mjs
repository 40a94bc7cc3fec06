// Choosing a picture of the library: a search and thumbnails that the arrow keys move in.

const PAUSE = 200;

export function startPicturePicker(words, url, take, upload) {
  const dialog = document.createElement("dialog");
  dialog.className = "desk-pictures";
  dialog.setAttribute("aria-label", words.pick);
  dialog.innerHTML =
    '<div class="desk-pictures-bar"><input type="search"><label class="button"><span></span><input type="file" accept="image/*" multiple class="visually-hidden"></label><button type="button" class="button"></button></div>' +
    '<p class="desk-status" role="status"></p><div class="desk-pictures-grid"></div><button type="button" class="button" hidden></button>';
  document.body.append(dialog);
  const [bar, status, grid, more] = dialog.children;
  const [search, label, close] = bar.children;
  const [file] = label.getElementsByTagName("input");
  search.placeholder = words.search;
  search.setAttribute("aria-label", words.search);
  label.firstElementChild.textContent = words.upload;
  label.hidden = !upload;
  close.textContent = words.cancel;
  more.textContent = words.more;
  let field;
  let page = 1;
  let request;
  let timer;

  const show = async (isMore) => {
    request?.abort();
    const mine = (request = new AbortController());
    page = isMore ? page + 1 : 1;
    try {
      const asked = new URLSearchParams({ q: search.value, page });
      const response = await fetch(`${url}?${asked}`, { signal: mine.signal });
      if (!response.ok) throw new Error(response.status);
      const { pictures, has_more: hasMore } = await response.json();
      const buttons = pictures.map(button);
      if (isMore) grid.append(...buttons);
      else grid.replaceChildren(...buttons);
      more.hidden = !hasMore;
      status.textContent = grid.children.length ? "" : words.nothing;
      if (isMore) buttons[0]?.focus();
    } catch (error) {
      if (error.name !== "AbortError") status.textContent = words.failed;
    }
  };

  const button = (picture) => {
    const made = document.createElement("button");
    made.type = "button";
    const image = document.createElement("img");
    Object.assign(image, { src: picture.thumbnail, alt: picture.alt, loading: "lazy" });
    const name = document.createElement("span");
    name.textContent = picture.title;
    name.dir = "auto";
    const size = document.createElement("small");
    size.textContent = picture.lacks_words ? words.undescribed : picture.size;
    made.append(image, name, size);
    made.addEventListener("click", () => {
      dialog.close();
      take(field, picture);
    });
    return made;
  };

  const columns = () => {
    const [first] = grid.children;
    return [...grid.children].filter((one) => one.offsetTop === first.offsetTop).length;
  };
  grid.addEventListener("keydown", (event) => {
    const buttons = [...grid.children];
    const here = buttons.indexOf(document.activeElement);
    const across = getComputedStyle(grid).direction === "rtl" ? -1 : 1;
    const steps = { ArrowRight: across, ArrowLeft: -across, ArrowDown: columns(), ArrowUp: -columns() };
    if (!(event.key in steps)) return;
    event.preventDefault();
    if (event.key === "ArrowUp" && here < columns()) search.focus();
    else buttons[Math.max(0, Math.min(here + steps[event.key], buttons.length - 1))]?.focus();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "Enter") return;
    event.preventDefault();
    grid.firstElementChild?.focus();
  });
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(show, PAUSE);
  });
  file.addEventListener("change", () => {
    dialog.close();
    upload(field, [...file.files]);
    file.value = "";
  });
  more.addEventListener("click", () => show(true));
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => field.focus());

  return (at) => {
    field = at;
    search.value = "";
    dialog.showModal();
    search.focus();
    show();
  };
}
