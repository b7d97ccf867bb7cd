// Reads the published figures: what there is to point at in them, when it was, and what
// the page calls it. Touches nothing of the page.

/**
 * A bar, a point of a line, or a gap in it; times are in ms. The first of its values
 * is its own, the others are what it can be compared with. Of an hour whose readings
 * were not an hour apart, `read` is when they were made.
 * @typedef {{from: number, to: number, at: number, read?: number[], when: string,
 *   values: {name: string, y: ?(number|string), text: string}[]}} Stop
 */

export const HOUR = 3_600_000;
/** Between the shape of wide pictures (2.4) and that of narrow ones (1.25). */
const NARROW = 1.8;
/** The page's words for what scripts say. */
export const WORDS = JSON.parse(document.body.dataset.words);

// Figures -----------------------------------------------------------------------

/** Read JSON; an integer that a number cannot hold exactly stays text. */
const parse = (text) =>
  JSON.parse(
    text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
      /^-?\d{16,}$/.test(token) ? `"${token}"` : token,
    ),
  );

/** Times of a figure are local ones without an offset; here they count as UTC. */
export const instant = (text) => {
  const [day, time = "00:00"] = text.split(/[ T]/);
  return Date.parse(`${day}T${time}Z`);
};

/** @type {Map<string, Promise<Object>>} The figures of a range, by their address. */
const files = new Map();

/** Load the figure of a graph; those of a range once. A failure is not remembered. */
export const loadFigure = async ({ dataset: { figures: url, kind } }) => {
  const load = async () => {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return parse(await answer.text());
  };
  if (!files.has(url)) files.set(url, load());
  files.get(url).catch(() => files.delete(url));
  return (await files.get(url))[kind];
};

/** The layout of a figure in a place of this size: the wide one, or the narrow one. */
export const layoutIn = ({ meta, ...layout }, { width, height }) => {
  for (const [key, value] of Object.entries((width / height < NARROW && meta?.narrow) || {}))
    layout[key] = value?.constructor === Object ? { ...layout[key], ...value } : value;
  return layout;
};

// Words, as the page has them ---------------------------------------------------

const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
export const exact = (y) => numbers.format(typeof y === "string" ? BigInt(y) : y);
export const say = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

/** HTML whose long numbers may break as those of the page do. */
export const breakable = (html) =>
  html.replace(
    /[（(]?[+−-]?\d{1,3}(,\d{3}){2,}[）)、。,.]*/g,
    (number) => `<span class="number">${number.replaceAll(/,(?=\d)/g, ",<wbr>")}</span>`,
  );

const write = (form, values) => say(WORDS.forms[form], values);
const clock = (ms) => new Date(ms).toISOString().slice(11, 16);
const date = (ms, form = "day") => {
  const [year, month, dom] = new Date(ms).toISOString().split(/[-T]/).map(Number);
  return write(form, { year, month: WORDS.months[month - 1], dom });
};
const moment = (ms, form) => write("moment", { day: date(ms, form), time: clock(ms) });
const pair = (form, start, end) => (start === end ? start : write(form, { start, end }));
/** Write two times by a function of time and form; a year that both have only once. */
const both = (form, write, from, to) => {
  const once = date(from, "year") === date(to, "year") ? WORDS.forms.same_year : [];
  return pair(form, write(from, once[0]), write(to, once[1]));
};

/** Write from when to when, as what lies within or as what is from one to the other. */
const join = (form) => (from, to) =>
  from < to && date(from) === date(to)
    ? pair(form, moment(from), clock(to))
    : both(form, moment, from, to);
const span = join("span");
export const within = join("between");

/** Write the hour, day, week, month, quarter or year that has these bounds. */
const bucket = (from, to) => {
  const hours = (to - from) / HOUR;
  const last = to - HOUR;
  if (hours < 12) return pair("span", moment(from), clock(to));
  if (hours > 8000) return date(from, "year");
  if (hours > 200) return pair("span", date(from, "month"), date(last, "month"));
  if (hours > 30) return both("span", date, from, last);
  const weekday = WORDS.weekdays[(new Date(from).getUTCDay() + 6) % 7];
  return write("dated", { day: date(from), weekday });
};

// Stops -------------------------------------------------------------------------

/** @returns {Stop[]} What there is to point at, in the order of time. */
export const listStops = ({ data: [main, ...others], layout: { shapes = [], meta } }) => {
  const bars = main.type === "bar";
  // A line a year says after each day what the year has added.
  const years = Boolean(main.meta);
  const sign = bars || years ? "+" : "";
  const nth = (value, n) => (Array.isArray(value) ? value[n] : value);
  const gaps = shapes
    .filter(({ type }) => type === "rect")
    .map(({ x0, x1 }) => [instant(x0), instant(x1)]);
  // A year that is not over has fewer days than the others.
  const times = years ? [...new Set([main, ...others].flatMap(({ x }) => x))].sort() : main.x;
  const compared = new Map();
  for (const { name, x, y } of others) {
    // Before an unknown value a step ends with a point of its own.
    const steps = y.filter((each, n) => each === null || x[n + 1] !== x[n] || y[n + 1] !== null);
    if (name) compared.set(name, years ? times.map((each) => y[x.indexOf(each)]) : steps);
  }

  const stops = times.map((x, place) => {
    const n = years ? main.x.indexOf(x) : place;
    const from = instant(x);
    const end = from + (bars && nth(main.width, n) + 2 * nth(main.offset, n));
    // Days, and what consists of them, end at midnight, whatever the clocks did since.
    const to = end - from > 12 * HOUR ? Math.round(end / (24 * HOUR)) * 24 * HOUR : end;
    const missing = gaps.some(([start, end]) => start < to && from < end);
    const of = (name, y) => ({ name, y, text: sign + exact(y) });
    const own = meta?.swatches?.[nth((main.marker ?? main.line).color, n)];
    const y = main.y[n] ?? null;
    const none = n < 0 ? "" : WORDS[missing ? "missing" : "unknown"];
    const values = [
      y === null ? { y, text: none } : of(own, y),
      ...[...compared].map(([name, ys]) => of(name, ys[place] ?? null)),
    ].filter((each, n) => !n || each.y !== null);
    // The readings of an hour may have been made more or less than an hour apart.
    const read = main.customdata?.[n]?.map(instant);
    const when = read ? span(...read) : bars ? bucket(from, to) : years ? date(from, "short_day") : moment(from);
    // Where the clocks go back two hours have one name: the second comes a moment later.
    const at = (from + to) / 2 + (x === times[place - 1]);
    return { from, to, at, read, when, values };
  });
  if (bars) return stops;
  const points = stops.filter(({ values }) => years || values[0].y !== null);
  const read = new Set(points.map(({ at }) => at));
  for (const [before, after] of gaps) {
    // The hours without a reading; the edge of a range cuts some off.
    const from = before + HOUR * read.has(before);
    const to = after - HOUR * read.has(after);
    const values = [{ y: null, text: WORDS.missing }];
    const half = HOUR / 2;
    points.push({ from: from - half, to: to + half, at: (from + to) / 2, when: from < to ? span(from, to) : moment(from), values });
  }
  return points.sort((a, b) => a.at - b.at);
};

/** The stops of a part: where no bar has its middle there, the bar that is all there is. */
export const stopsIn = (stops, [start, end]) => {
  const middles = stops.filter(({ at }) => start <= at && at <= end);
  return middles.length ? middles : stops.filter(({ from, to }) => from < end && start < to);
};
