// Tells the times of the page by the visitor's own clocks, if so wanted. Pictures, days,
// weeks and months stay those of the site's zone, and the page says so.
const clocks = document.querySelector(".clocks");
let isMine = page.classList.contains("mine");

const { locale, moment: MOMENT, span: SPAN } = clocks.dataset;
const dayOf = new Intl.DateTimeFormat(locale, { dateStyle: "long" });
const shortDayOf = new Intl.DateTimeFormat(locale, { month: "long", day: "numeric" });
const HOUR_PARTS = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const clockOf = new Intl.DateTimeFormat(locale, HOUR_PARTS);
const momentOf = (at, day = dayOf) =>
  MOMENT.replace("{day}", day.format(at)).replace("{time}", clockOf.format(at));

/** Write what a <time> of the page tells. */
const writeTime = ({ dateTime, dataset }) => {
  const [at, until] = [new Date(dateTime), new Date(dataset.until ?? dateTime)];
  if ("clock" in dataset) return clockOf.format(at);
  if ("short" in dataset) return momentOf(at, shortDayOf);
  if (at >= until) return momentOf(at);
  const isSameDay = dayOf.format(at) === dayOf.format(until);
  const end = isSameDay ? clockOf.format(until) : momentOf(until);
  return SPAN.replace("{start}", momentOf(at)).replace("{end}", end);
};

const tellTimes = () => {
  page.classList.toggle("mine", isMine);
  clocks.setAttribute("aria-pressed", String(isMine));
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const write = (told) =>
    told.nodeName === "TIME" ? writeTime(told) : clocks.dataset.mine.replace("{zone}", zone);
  for (const told of published.querySelectorAll("time, .as-of .zone")) {
    const text = twins.get(told)?.firstChild;
    if (text) text.data = isMine ? write(told) : told.textContent;
  }
};

clocks.addEventListener("click", () => {
  isMine = !isMine;
  remember("localStorage", "clocks", isMine ? "mine" : "site");
  tellTimes();
});
addEventListener("renewed", () => isMine && tellTimes());
clocks.setAttribute("aria-pressed", String(isMine));
if (isMine) tellTimes();
