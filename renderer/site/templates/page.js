// Keeps the page true and handy: its age, the language switch, the tabs, the copy
// buttons, and the graphs that become interactive. Without it all can be read.
const page = document.documentElement;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const STALE_MS = 2 * HOUR_MS;

/** Storage that may be forbidden, or full: then nothing is remembered. */
const remember = (storage, name, value) => {
  try {
    window[storage].setItem(name, value);
  } catch {}
};
const recall = (storage, name) => {
  try {
    return window[storage].getItem(name);
  } catch {
    return null;
  }
};

// Freshness ---------------------------------------------------------------------

const mark = document.querySelector(".freshness");
const news = document.querySelector(".news");
const numbers = new Intl.NumberFormat("en");
const observed = () => Date.parse(mark.dataset.observed);

/** What a minute, an hour and a day are called: one of them, and more. */
const units = JSON.parse(mark.dataset.units);

/** Say how long ago something was; "" if it was within this minute, or a clock is slow. */
const age = (ms) => {
  const minutes = Math.floor(ms / MINUTE_MS);
  const hours = Math.floor(minutes / 60);
  if (minutes < 1) return "";
  const [number, unit] =
    hours < 1 ? [minutes, 0] : hours < 48 ? [hours, 1] : [Math.floor(hours / 24), 2];
  return units[unit][number === 1 ? 0 : 1].replace("{n}", numbers.format(number));
};

const tellAge = () => {
  const ms = Date.now() - observed();
  const state = ms > STALE_MS ? "stale" : "fresh";
  const told = age(ms);
  const text = told ? mark.dataset[state].replace("{age}", told) : mark.dataset.now;
  if (mark.textContent === text) return;
  // Said aloud when it turns stale, not whenever a minute has passed.
  const turned = mark.classList.contains("fresh") && state === "stale";
  mark.setAttribute("aria-live", turned ? "polite" : "off");
  mark.classList.remove("fresh", "stale");
  mark.classList.add(state);
  mark.textContent = text;
};

/** Tell what is new, for a while. */
const tellNews = (text) => {
  news.textContent = text;
  setTimeout(() => news.textContent === text && news.replaceChildren(), 10_000);
};

/** A time from now that differs from visitor to visitor, as they must not all come at once. */
const someTime = (ms) => ms * (1 + Math.random());
// By a clock that is slow it would be long until there is something new.
const hourFrom = (time) => Math.min(time, Date.now()) + HOUR_MS + someTime(1.5 * MINUTE_MS);
let due = hourFrom(observed());

let renewing = false;

/** Bring the page up to date if there should be something new by now. */
const renew = async () => {
  if (renewing || document.hidden || Date.now() < due) return;
  due = Date.now() + someTime(4 * MINUTE_MS);
  renewing = true;
  try {
    const { time, rise, code } = await update();
    if (code) replaceCode(code);
    else due = Math.max(due, hourFrom(time));
    if (rise !== null) tellNews(sayRise(rise));
  } catch {
    // Out of reach, or not all there yet: the age that is shown says enough.
  } finally {
    renewing = false;
  }
};

const sayRise = (rise) =>
  rise < 0 ? news.dataset.fell : news.dataset.rose.replace("{count}", numbers.format(rise));

/** Load the page with its new scripts and styles, unless that would be in the way. */
const replaceCode = (code) => {
  // Somewhere in between the old page may be kept: once is enough.
  const isNew = recall("sessionStorage", "code") !== code;
  if (isNew && !isInUse()) {
    remember("sessionStorage", "code", code);
    location.reload();
    return;
  }
  if (news.querySelector("a")) return;
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = news.dataset.code;
  link.addEventListener("click", (event) => {
    event.preventDefault();
    location.reload();
  });
  news.replaceChildren(link);
};

const look = () => {
  tellAge();
  renew();
};
addEventListener("renewed", tellAge);
look();
setInterval(look, MINUTE_MS / 2);
document.addEventListener("visibilitychange", look);
addEventListener("pageshow", look);
addEventListener("online", look);

// Language ----------------------------------------------------------------------

const chooseLanguage = (event) => {
  const choice = event.target.closest("[data-language]");
  if (!choice) return;
  remember("localStorage", "language", choice.dataset.language);
  choice.search = new URL(view.address("")).search;
  choice.hash = location.hash;
};
// The middle button opens it in a tab of its own.
for (const type of ["click", "auxclick"]) document.addEventListener(type, chooseLanguage);

// Tabs --------------------------------------------------------------------------

document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  // A tab, or a link to a part of the graphs.
  const link = event.target.closest(".tabs a, a[href^='?']");
  if (!link) return;
  event.preventDefault();
  if (link.closest(".tabs")) {
    view.open(link.hash.slice(1));
    return;
  }
  view.follow(link.href);
  document.getElementById(link.hash.slice(1))?.scrollIntoView();
});

/** Kinds of graphs that the visitor wants interactive, in whatever range is shown. */
const wanted = new Set();

/** Want both if the address asks for a part, which only interactive ones can show. */
const wantPart = () => {
  if (!view.isPart()) return;
  wanted.add("increments");
  wanted.add("total");
};

/** Whether a picture is compared with something else than is wanted, or to another scale. */
const differs = (figure) => {
  const { compare, log } = view.get();
  const isOther = compare !== "previous" && (compare === "none" ? "previous" : compare) in figure.dataset;
  return isOther || (log && figure.querySelector("[data-action=log]") !== null);
};

const showView = () => {
  const { range } = view.get();
  for (const tab of document.querySelectorAll(".tabs a")) {
    if (tab.hash === `#${range}`) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  for (const figure of document.querySelectorAll(`.range[data-range="${range}"] .graph`)) {
    if (wanted.has(figure.dataset.kind) || differs(figure)) act(figure, "open");
  }
};
addEventListener("view", ({ detail }) => {
  if (detail.asked) wantPart();
  showView();
});
addEventListener("renewed", () => {
  showView();
  for (const plot of document.querySelectorAll(".plot.open")) act(plot.closest(".graph"), "renew");
});

// Folds -------------------------------------------------------------------------

/** Open what is folded away of the section that the address leads to. */
const unfold = () => {
  const section = document.getElementById(location.hash.slice(1))?.closest("section");
  section?.querySelector(".fold")?.setAttribute("open", "");
};
addEventListener("hashchange", unfold);
unfold();
// An older browser leaves it to scripts to fold nothing away on a wide screen.
if (!CSS.supports("selector(::details-content)") && innerWidth > 640) {
  for (const fold of document.querySelectorAll(".fold")) fold.open = true;
}

// Graphs ------------------------------------------------------------------------

/** Do to a graph what its button says; the code for it is loaded when needed. */
const act = async (figure, action) => {
  const { graph: code, plotly } = document.body.dataset;
  try {
    const { perform } = await import(new URL(code, document.baseURI).href);
    await perform(figure, action, plotly);
  } catch {
    tellFailure(figure);
  }
};

addEventListener("graph", ({ target, detail: interactive }) => {
  const { kind } = target.dataset;
  wanted[interactive ? "add" : "delete"](kind);
  if (interactive) return;
  // What only it could show is no longer what the address is of.
  const rest = wanted.size ? {} : { from: null, to: null, last: null };
  view.set(kind === "total" ? { log: false, ...rest } : { compare: "previous", ...rest });
});

/** Say under the picture, which stays, that it cannot become interactive. */
const tellFailure = (figure) => {
  const line = figure.querySelector(".failure") ?? document.createElement("p");
  line.className = "failure";
  line.setAttribute("role", "alert");
  line.textContent = document.body.dataset.failure;
  figure.querySelector(".plot").after(line);
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-action]");
  if (button) act(button.closest(".graph"), button.dataset.action);
});

/** Save what is seen of a graph; the picture of all of it is what the link leads to. */
const save = async (figure, format) => {
  if (format !== "csv") await act(figure, "open");
  try {
    await (await import("./saving.js")).save(figure, format);
  } catch {
    tellFailure(figure);
  }
};

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".save[open]"))
    if (!event.target.closest(".save summary") || !menu.contains(event.target)) menu.open = false;
  const choice = event.target.closest("[data-save]");
  const figure = choice?.closest(".graph");
  const format = choice?.dataset.save;
  if (!figure || (format === "png" && !figure.querySelector(".plot.open"))) return;
  event.preventDefault();
  save(figure, format);
});
document.addEventListener("keydown", ({ key, target }) => {
  const menu = key === "Escape" && target.closest(".save[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
wantPart();
showView();

// Values ------------------------------------------------------------------------

/** Say the value under the pointer; the code for it comes with the first sign of one. */
const wake = async (event) => {
  const { react } = await import("./values.js").catch(() => ({}));
  if (!react) return;
  for (const sign of SIGNS) removeEventListener(sign, wake);
  react(event);
};
const SIGNS = ["pointermove", "pointerdown", "focusin", "keydown"];
for (const sign of SIGNS) addEventListener(sign, wake);

// Copy and share ------------------------------------------------------------------

/** Say for a while that a button has done what it is for. */
const tellDone = (button) => {
  if (button.dataset.label) return;
  button.dataset.label = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => {
    button.textContent = button.dataset.label;
    delete button.dataset.label;
  }, 2000);
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    tellDone(button);
  } catch {
    // Not allowed, or the address is not a secure one: it is ready for Ctrl+C.
    getSelection().selectAllChildren(source);
  }
});

const share = document.querySelector("[data-share]");
if (navigator.share) share.textContent = share.dataset.share;
share.addEventListener("click", async () => {
  const url = view.address("graphs");
  try {
    if (navigator.share) return await navigator.share({ title: document.title, url });
  } catch ({ name }) {
    // Whoever thinks better of it has not met a fault.
    if (name === "AbortError") return;
  }
  try {
    await navigator.clipboard.writeText(url);
    tellDone(share);
  } catch {
    prompt(share.textContent, url);
  }
});
