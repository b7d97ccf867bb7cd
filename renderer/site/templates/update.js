// Brings the page up to date where it stands. What differs between the page as it was
// published and as it is published now is changed in what the visitor sees; all else
// stays as it is: what is open, zoomed, focused, selected, or was added by scripts.

/** The page as it was published; what stands for each of its nodes in what is shown. A
 *  copy in the same document would fetch every picture, whatever range it is of. */
const published = document.implementation.createHTMLDocument().importNode(document.body, true);
const twins = new WeakMap();
const pair = (node, shown) => {
  twins.set(node, shown);
  let twin = shown.firstChild;
  for (const child of node.childNodes) {
    pair(child, twin);
    twin = twin.nextSibling;
  }
};
pair(published, document.body);

/** Name the children so that the same of two pages have the same name: rows by theirs. */
const nameChildren = (parent) => {
  const children = new Map();
  const seen = new Map();
  for (const child of parent.childNodes) {
    const row = child.nodeName === "TR" ? child.querySelector("th")?.textContent : "";
    const name = `${child.nodeName} ${child.id ?? ""} ${row}`;
    seen.set(name, (seen.get(name) ?? 0) + 1);
    children.set(`${name} ${seen.get(name)}`, child);
  }
  return children;
};

/** Make a published node, and what stands for it, like that of the next page. */
const merge = (old, next) => {
  if (old.isEqualNode(next)) return;
  const shown = twins.get(old);
  for (const { name } of [...(old.attributes ?? []), ...(next.attributes ?? [])]) {
    const value = next.getAttribute(name);
    if (old.getAttribute(name) === value) continue;
    for (const each of [old, shown]) {
      if (value === null) each.removeAttribute(name);
      else each.setAttribute(name, value);
    }
  }
  if (old.firstElementChild || next.firstElementChild) mergeChildren(old, next, shown);
  else if (old.textContent !== next.textContent) {
    old.textContent = next.textContent;
    // The same node keeps the visitor's selection.
    (shown.childNodes.length === 1 ? shown.firstChild : shown).textContent = next.textContent;
  }
};

const mergeChildren = (old, next, shown) => {
  const [had, wanted] = [nameChildren(old), nameChildren(next)];
  for (const [name, child] of had) {
    if (wanted.has(name) && twins.has(child)) continue;
    twins.get(child)?.remove();
    child.remove();
    had.delete(name);
  }
  let last = null;
  for (const [name, child] of wanted) {
    const mine = had.get(name) ?? child.cloneNode(true);
    if (had.has(name)) merge(mine, child);
    else pair(mine, document.importNode(child, true));
    const place = last ? last.nextSibling : old.firstChild;
    if (mine !== place) {
      old.insertBefore(mine, place);
      if (last) twins.get(last).after(twins.get(mine));
      else shown.prepend(twins.get(mine));
    }
    last = mine;
  }
};

/** Change what is shown; what is selected stays selected as far as it is still there. */
const keepSelection = (change) => {
  const selection = getSelection();
  const { isCollapsed, anchorNode, anchorOffset, focusNode, focusOffset } = selection;
  change();
  if (isCollapsed || !anchorNode?.isConnected || !focusNode?.isConnected) return;
  const within = (node, offset) => Math.min(offset, node.length ?? node.childNodes.length);
  selection.setBaseAndExtent(
    ...[anchorNode, within(anchorNode, anchorOffset)],
    ...[focusNode, within(focusNode, focusOffset)],
  );
};

/** Load the newer ones of the pictures that are shown, so that they can take their place. */
const loadPictures = (next) => {
  const pathOf = (url) => new URL(url, document.baseURI).pathname;
  const named = [...next.querySelectorAll("picture *, img")].map(
    (each) => each.getAttribute("srcset") ?? each.getAttribute("src"),
  );
  const newer = new Map(named.map((url) => [pathOf(url), new URL(url, document.baseURI).href]));
  const shown = [...document.images].filter(({ naturalWidth }) => naturalWidth);
  const wanted = shown.map(({ currentSrc }) => [currentSrc, newer.get(pathOf(currentSrc))]);
  return Promise.all(
    wanted.map(async ([now, then]) => {
      if (!then || now === then) return null;
      const picture = new Image();
      picture.src = then;
      await picture.decode();
      return picture;
    }),
  );
};

/** The scripts and style sheets of a page, by addresses that change as they do. */
const codeOf = (page) =>
  [...page.querySelectorAll("head [src], head [rel=stylesheet], body")]
    .flatMap((each) => [each.getAttribute("src"), each.getAttribute("href"), ...Object.values(each.dataset)])
    .filter((value) => value?.startsWith("assets/"))
    .join(" ");
const code = codeOf(document);

/** Whether something is open, selected or reached by keys that loading anew would lose. */
const isInUse = () =>
  document.querySelector(".plot.open, main :focus-visible") !== null ||
  !getSelection().isCollapsed ||
  [...published.querySelectorAll("details")].some((each) => each.open !== twins.get(each)?.open);

/** Wait for something, but not for ever: it would keep all that is newer away. */
const inTime = (promise) =>
  Promise.race([promise, new Promise((_, reject) => setTimeout(reject, 2 * MINUTE_MS))]);

/** When the page that is shown was published, if its server says so. */
let modified = Date.parse(document.lastModified);

/** Fetch the page as it is published now, and tell when that was if its server does. */
const fetchNext = async () => {
  const answer = await fetch(location.pathname, { cache: "no-cache" });
  const text = await answer.text();
  // The style for browsers without scripts is none of this page, whose policy bars it.
  const page = text.replace(/<noscript>.*?<\/noscript>/gs, "");
  const next = new DOMParser().parseFromString(page, "text/html");
  // Networks that want a login first answer with pages of their own.
  if (!answer.ok || !/<\/html>\s*$/.test(text) || !next.querySelector(".freshness"))
    throw new Error(`${answer.url}: ${answer.status}`);
  return [next, Date.parse(answer.headers.get("last-modified"))];
};

const timeOf = (page) => Date.parse(page.querySelector(".freshness").dataset.observed);
const countOf = (page) => BigInt(page.querySelector(".count data").value);

/**
 * Show what is published now. Rejects where the site cannot be reached or has not all
 * of it; then nothing has changed.
 *
 * @returns {Promise<{time: number, rise: ?bigint, code: ?string}>} When the newest count
 * was read, how much it rose by that, and the code that the page needs if it is another.
 */
const update = async () => {
  const [next, changed] = await inTime(fetchNext());
  const [before, time] = [timeOf(published), timeOf(next)];
  // A copy that is kept between the site and here may be an older one; but a page that
  // is newer may have an older reading, where the newest was taken back.
  const isOlder = changed ? changed < modified : time < before;
  if (isOlder) return { time: before, rise: null, code: null };
  if (codeOf(next) !== code) return { time: before, rise: null, code: codeOf(next) };
  const pictures = await inTime(loadPictures(next));
  const rise = time > before ? countOf(next) - countOf(published) : null;
  keepSelection(() => merge(published, next.body));
  modified = changed;
  document.title = next.title;
  dispatchEvent(new CustomEvent("renewed", { detail: pictures.length }));
  return { time, rise, code: null };
};
