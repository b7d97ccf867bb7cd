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
const observed = Date.parse(mark.dataset.observed);
const ages = new Intl.RelativeTimeFormat(page.lang);
const now = new Intl.RelativeTimeFormat(page.lang, { numeric: "auto" });

/** @param {number} ms How long ago; a clock that is slow makes it negative. */
const age = (ms) => {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS));
  if (minutes === 0) return now.format(0, "minute");
  if (minutes < 60) return ages.format(-minutes, "minute");
  const hours = Math.floor(minutes / 60);
  return hours < 48
    ? ages.format(-hours, "hour")
    : ages.format(-Math.floor(hours / 24), "day");
};

const tellAge = () => {
  const ms = Date.now() - observed;
  const state = ms > STALE_MS ? "stale" : "fresh";
  const text = mark.dataset[state].replace("{age}", age(ms));
  if (mark.textContent === text) return;
  // Said aloud when it turns stale, not whenever a minute has passed.
  const turned = mark.classList.contains("fresh") && state === "stale";
  mark.setAttribute("aria-live", turned ? "polite" : "off");
  mark.classList.remove("fresh", "stale");
  mark.classList.add(state);
  mark.textContent = text;
};

/** Load the page again where a newer one is there; ask at most every 5 minutes. */
const renew = async () => {
  if (document.hidden || Date.now() - observed < HOUR_MS) return;
  if (Date.now() - Number(recall("sessionStorage", "asked") ?? 0) < 5 * MINUTE_MS) return;
  remember("sessionStorage", "asked", Date.now());
  try {
    const ask = async (url) => {
      const answer = await fetch(url, { cache: "no-cache" });
      if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
      return answer;
    };
    const newest = (await (await ask("data/summary.json")).json()).observed_at;
    if (!(Date.parse(newest) > observed)) return;
    // The data are published before the page, which may never follow.
    const next = await (await ask(location.pathname)).text();
    if (next.includes(newest)) location.reload();
  } catch {
    // Out of reach: the age that is shown says enough.
  }
};

const look = () => {
  tellAge();
  renew();
};
look();
setInterval(look, MINUTE_MS / 2);
document.addEventListener("visibilitychange", look);

// Language ----------------------------------------------------------------------

document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-language]");
  if (!choice) return;
  remember("localStorage", "language", choice.dataset.language);
  choice.hash = location.hash;
});

// Tabs --------------------------------------------------------------------------

const tabs = [...document.querySelectorAll(".tabs a")];
/** Kinds of graphs that the visitor wants interactive, in whatever range is shown. */
const wanted = new Set();

/** The section that the style sheet shows for this address. */
const shownRange = () => {
  const sections = [...document.querySelectorAll(".range")];
  // The address goes first: the style sheet follows it only once the page is loaded.
  const named = sections.find((each) => each.dataset.range === location.hash.slice(1));
  return named ?? sections.find((each) => getComputedStyle(each).display !== "none");
};

const showTab = () => {
  const range = shownRange();
  for (const tab of tabs) {
    if (tab.hash === `#${range?.dataset.range}`) tab.setAttribute("aria-current", "true");
    else tab.removeAttribute("aria-current");
  }
  for (const figure of range?.querySelectorAll(".graph") ?? []) {
    if (wanted.has(figure.dataset.kind)) act(figure, "open");
  }
};
addEventListener("hashchange", showTab);

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
  wanted[interactive ? "add" : "delete"](target.dataset.kind);
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
showTab();

// Copy --------------------------------------------------------------------------

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || button.dataset.label) return;
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
  } catch {
    // Not allowed, or the address is not a secure one: it is ready for Ctrl+C.
    getSelection().selectAllChildren(source);
    return;
  }
  button.dataset.label = button.textContent;
  button.textContent = button.dataset.done;
  setTimeout(() => {
    button.textContent = button.dataset.label;
    delete button.dataset.label;
  }, 2000);
});
