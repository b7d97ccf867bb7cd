// Makes a graph interactive: draws the published figure, the one that its picture was
// drawn from, in the picture's place. Loaded on demand; so is plotly.js.

import { WORDS, breakable, exact, instant, layoutIn, listStops, loadFigure, say, stopsIn, within } from "./stops.js";
import { interactive, reachedIn, relay } from "./values.js";

/** @typedef {{data: object[], layout: Record<string, any>}} Figure */

const CONFIG = {
  displayModeBar: false,
  displaylogo: false,
  logging: 0,
  showTips: false,
  doubleClick: false,
  // Neither the wheel nor one finger may keep the page from scrolling.
  scrollZoom: false,
  showAxisDragHandles: false,
};
// Paper is light.
const DARK = matchMedia("screen and (prefers-color-scheme: dark)");
const TOUCH = matchMedia("(pointer: coarse)");
const ZOOM = 1.5;
const SHORTEST = 1 / 400;
const AIRY_BARS = 200;
/** What bars may be compared with; those of the picture are with the first. */
const COMPARISONS = ["previous", "year"];
/** How ticks are labelled, as they are less or farther apart than each of these. */
const { hour, day, month, year } = WORDS.ticks;
const DAY_MS = 86_400_000;
const TICKS = [
  { dtickrange: [null, DAY_MS - 1], value: hour },
  { dtickrange: [DAY_MS, "M1"], value: day },
  { dtickrange: ["M1", "M12"], value: month },
  { dtickrange: ["M12", null], value: year },
];

/** What the legend explains that not every part has: shapes of a figure, and bars. */
const SHAPES = {
  band: ({ type }) => type === "rect",
  reset: ({ line }) => line?.dash === "dash",
  note: ({ line }) => line?.dash === "dot",
  aside: ({ type }) => type === "path",
};
const SIGNS = ["partial", "record", ...Object.keys(SHAPES)];

/** Give a figure the look that it has in a place, and the dark one where it is dark. */
const looking = ({ data, layout }, box, dark) => {
  const colours = (dark && layout.meta?.dark) || {};
  const text = JSON.stringify({ data, layout: layoutIn(layout, box) });
  return JSON.parse(text.replace(/#[0-9a-f]{6}/gi, (each) => colours[each.toLowerCase()] ?? each));
};

/** The room for words above a picture that is saved, and at the edges of that. */
const [WORDS_PX, EDGE_PX] = [56, 16];
/** Flags of notes are no closer, as in the pictures. */
const FLAGS_PX = 72;
const isNote = ({ name }) => name === "note";
const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
const textOf = (ms) => new Date(ms).toISOString().slice(0, -1);

// The interactive graph ---------------------------------------------------------

/** Shows what the page's `view` says, and changes it as the visitor wants. */
class Graph {
  constructor(figure, published, Plotly) {
    this.figure = figure;
    this.Plotly = Plotly;
    this.kind = figure.dataset.kind;
    this.place = figure.querySelector(".plot");
    this.cursor = figure.querySelector(".cursor");
    this.host = document.createElement("div");
    this.host.className = "interactive";
    this.plot = document.createElement("div");
    this.plot.setAttribute("aria-hidden", "true");
    this.host.append(this.plot);
    this.finding = figure.querySelector("figcaption > span");
    /** What is to be said of a part, in place of the finding. */
    this.found = document.createElement("span");
    this.take(published);
  }

  /** Take a figure, the first or a newer one. */
  take(published) {
    this.published = published;
    this.stops = listStops(published);
    this.full = published.layout.xaxis.range.map(instant);
    /** Whether each year has a line, of what it has added until the end of a day. */
    this.ofYears = Boolean(published.data[0].meta);
  }

  /** The part of the figure that is shown, if it is not all of it. */
  get range() {
    return view.spanIn(this.full);
  }

  get log() {
    return buttonOf(this.figure, "log") !== null && view.get().log;
  }

  /** What the bars are compared with, of what they can be here. */
  get against() {
    const { compare } = view.get();
    const names = this.published.data.map(({ name }) => name);
    return compare === "none" || names.includes(compare) ? compare : COMPARISONS[0];
  }

  async open() {
    this.place.prepend(this.host);
    this.finding.after(this.found);
    interactive.set(this.place, this);
    await this.draw();
    this.place.classList.add("open");
    this.watch();
    const name = this.figure.querySelector("figcaption strong").innerText;
    this.label = this.cursor.getAttribute("aria-label");
    this.cursor.setAttribute("aria-label", `${name} ${document.body.dataset.keysHint}`);
  }

  close() {
    this.ending.abort();
    this.sizes.disconnect();
    this.Plotly.purge(this.plot);
    this.place.classList.remove("open");
    interactive.delete(this.place);
    this.host.remove();
    this.found.remove();
    this.tellLegend(SIGNS);
    this.finding.hidden = false;
    this.cursor.setAttribute("aria-label", this.label);
    relay();
  }

  watch() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    const on = (target, event, listener, passive = true) =>
      target.addEventListener(event, listener, { signal, passive });
    on(DARK, "change", () => this.draw());
    on(window, "view", () => this.draw());
    on(this.cursor, "keydown", (event) => this.press(event), false);
    on(this.host, "wheel", (event) => this.turn(event), false);
    on(this.host, "touchmove", (event) => this.pinch(event), false);
    // plotly.js would take the second finger for a double click.
    const second = (event) => event.touches.length > 1 && event.stopPropagation();
    this.host.addEventListener("touchstart", second, { signal, capture: true, passive: true });
    on(this.host, "touchend", () => delete this.fingers);
    this.plot.on("plotly_doubleclick", () => this.zoomTo(...this.full));
    this.plot.on("plotly_relayout", (change) => {
      const [start, end] = [change["xaxis.range[0]"], change["xaxis.range[1]"]];
      if (start && end) this.zoomTo(instant(start), instant(end));
    });
    this.sizes = new ResizeObserver(() => {
      const { width, height } = this.plot.layout;
      const box = this.box();
      if (box.width !== width || box.height !== height) this.draw();
    });
    this.sizes.observe(this.place);
  }

  box() {
    const { clientWidth: width, clientHeight: height } = this.place;
    return { width, height };
  }

  draw() {
    // A range that is not shown has no size: there plotly.js draws once, and it listens.
    if (!this.box().width && this.drawing) return this.drawing;
    const { data, layout } = this.drawn();
    tell(this.figure, this);
    this.tellPart();
    this.tellLegend(this.range ? this.findSigns(layout) : SIGNS);
    relay();
    this.drawing = this.Plotly.react(this.plot, data, layout, CONFIG);
    return this.drawing;
  }

  /** @returns {Figure} The published figure as the visitor wants to see it. */
  drawn() {
    const box = this.box();
    const { data, layout } = looking(this.published, box, DARK.matches);
    for (const trace of data) {
      trace.y = trace.y.map((y) => (y === null ? null : Number(y)));
      // So many bars that they overlap would be seen to, where only some are shown.
      if (this.range && trace.type === "bar" && this.inSight.length <= AIRY_BARS) {
        const [offset, width] = [trace.offset, trace.width].map((each) => [each].flat());
        trace.width = trace.x.map((_, n) => (width[n] ?? width[0]) + 2 * Math.min(0, offset[n] ?? offset[0]));
        trace.offset = trace.x.map((_, n) => Math.max(0, offset[n] ?? offset[0]));
      }
      if (COMPARISONS.includes(trace.name)) trace.visible = trace.name === this.against;
    }
    const dragmode = TOUCH.matches ? false : "zoom";
    Object.assign(layout, box, { autosize: false, hovermode: false, dragmode });
    // Twelve months have their numbers, as in the picture; of many years none is named.
    const plain = ({ value, ...at }) => ({ ...at, value: value.replace(/\s*%Y年?/, "") });
    const stops = this.ofYears ? TICKS.map(plain) : TICKS;
    const ticks = this.ofYears && !this.range ? {} : { tickformatstops: stops };
    layout.xaxis = { ...layout.xaxis, ...ticks, ...this.part() };
    layout.yaxis = { ...layout.yaxis, ...this.scale(), fixedrange: true };
    if (layout.shapes?.some(isNote) && this.range) this.flag(layout);
    return { data, layout };
  }

  /** Flag the notes of a part anew: in all of the graph some share a flag. */
  flag(layout) {
    const [start, end] = this.range;
    const room = (FLAGS_PX * (end - start)) / (layout.width - layout.margin.l - layout.margin.r);
    const flags = [];
    for (const row of [...document.querySelectorAll(".notes [data-at]")].reverse()) {
      const [at, last] = [instant(row.dataset.at), flags.at(-1)];
      if (at < start || end < at) continue;
      if (last && at < last.at + room) last.text = last.text.replace(/\+?$/, "+");
      else flags.push({ at, text: row.querySelector(".flag").textContent });
    }
    const put = (name, mark) => {
      const one = layout[name].find(isNote);
      const marks = flags.map(({ at, text }) => ({ ...one, ...mark(textOf(at), text) }));
      layout[name] = [...layout[name].filter((each) => !isNote(each)), ...marks];
    };
    put("shapes", (x) => ({ x0: x, x1: x }));
    put("annotations", (x, text) => ({ x, text }));
  }

  /** What the axis of times has of a part: ticks that are chosen for all are none for it. */
  part() {
    const range = this.range?.map(textOf);
    const own = { dtick: undefined, tickvals: undefined, tickmode: "auto", ticklabelmode: "instant" };
    return range ? { range, ...own } : {};
  }

  get inSight() {
    return stopsIn(this.stops, this.range ?? this.full);
  }

  /** What is in sight and known. */
  get seen() {
    return this.inSight.filter(({ values: [{ y }] }) => y !== null);
  }

  /** Whether all bars in sight are known, each wholly. */
  isWhole() {
    return this.inSight.every(({ values: [{ y, name }] }) => y !== null && name !== "partial");
  }

  /** Of years: the days of what is in sight, as bars would be, after the one before them. */
  get days() {
    const [start, end] = this.range ?? this.full;
    const known = this.stops.filter(({ values: [{ y }] }) => y !== null);
    const middles = known.map(({ at }) => at + DAY_MS / 2);
    const first = middles.filter((middle) => middle < start).length;
    const until = end === this.full[1] ? end + DAY_MS : end;
    return known.slice(Math.max(0, first - 1), middles.filter((middle) => middle <= until).length);
  }

  /** Say of a part what is said of all. */
  tellPart() {
    const isPart = this.range !== null;
    this.finding.hidden = isPart;
    this.found.hidden = !isPart;
    this.found.innerHTML = isPart ? breakable(escaped(this.say())) : "";
  }

  /** Which of what the legend explains is in sight. */
  findSigns({ shapes = [] }) {
    const [start, end] = this.range;
    const isSeen = ({ xanchor, x0 = xanchor, x1 = xanchor }) => start <= instant(x1) && instant(x0) <= end;
    const seen = shapes.filter(isSeen);
    const shown = Object.keys(SHAPES).filter((name) => seen.some(SHAPES[name]));
    return [...shown, ...this.inSight.flatMap(({ values }) => values.map(({ name }) => name))];
  }

  /** Explain of the signs those that are in sight. */
  tellLegend(seen) {
    for (const swatch of this.figure.querySelectorAll(".legend .swatch")) {
      const sign = SIGNS.find((name) => swatch.classList.contains(name));
      if (sign) swatch.parentNode.hidden = !seen.includes(sign);
    }
    const isPart = seen !== SIGNS;
    for (const line of this.figure.querySelectorAll(".legend li")) {
      const { against } = line.dataset;
      if (isPart && against && !seen.includes(against)) line.hidden = true;
      const [whole, part] = line.querySelectorAll("span");
      if (part) [whole.hidden, part.hidden] = [isPart, !isPart];
    }
  }

  /** What there is to say of what is in sight. */
  say() {
    const { ofYears } = this;
    const seen = ofYears ? this.days : this.seen;
    if (seen.length < 1 + ofYears) return WORDS.unknown;
    const counts = seen.map(({ values: [{ y }] }) => BigInt(y));
    const [from, to] = [counts.at(0), counts.at(-1)];
    if (this.kind === "total" && !ofYears) {
      if (seen.length === 1) return say(WORDS.single, { count: exact(String(to)), time: seen[0].when });
      const values = { from_count: exact(String(from)), to_count: exact(String(to)) };
      return say(WORDS.total, { ...values, span: within(seen.at(0).from, seen.at(-1).to) });
    }
    const sum = ofYears ? to - from : counts.reduce((all, each) => all + each, 0n);
    const late = ofYears * DAY_MS;
    const [start, end] = [seen.at(0).from + late, seen.at(-1).to + late];
    // The first and the last bar may reach beyond what is known.
    const { dataset } = this.figure.closest(".range");
    const [first, last] = ofYears ? [start, end] : [dataset.start, dataset.end].map(instant);
    const span = within(Math.max(first, start), Math.min(last, end));
    // What came in a gap is in no bar.
    const words = ofYears || this.isWhole() ? WORDS.increments : WORDS.at_least;
    return say(words, { count: exact(String(sum)), span });
  }

  /** Paint what is shown, with its words above it: the address of a picture that it holds. */
  paint(format, scale) {
    const { data, layout } = this.drawn();
    const [name, heading] = [document.querySelector("h1"), this.figure.querySelector("strong")];
    const words = (text, size) => {
      const context = document.createElement("canvas").getContext("2d");
      context.font = `bold ${size}px ${layout.font.family}`;
      const share = (layout.width - 2 * EDGE_PX) / context.measureText(text).width;
      return { text: escaped(text), font: { size: size * Math.min(1, share) } };
    };
    const { text, font } = words(`${name.innerText} — ${heading.innerText}`, 1.25 * layout.font.size);
    layout.margin = { ...layout.margin, t: layout.margin.t + WORDS_PX };
    layout.height += WORDS_PX;
    layout.title = {
      text,
      font: { ...font, weight: 700 },
      subtitle: words(this.say(), layout.font.size),
      ...{ x: 0, xanchor: "left", y: 1, yanchor: "top", pad: { l: EDGE_PX, t: EDGE_PX } },
    };
    const { width, height } = layout;
    return this.Plotly.toImage({ data, layout, config: CONFIG }, { format, width, height, scale });
  }

  /** The counts that the axis shows: what is seen of the graph fills its height. */
  scale() {
    const { range, log } = this;
    const scale = log ? { type: "log", dtick: undefined, rangemode: "normal" } : {};
    if (!range) return log ? { ...scale, range: undefined, autorange: true } : scale;
    // A logarithm knows no 0; the line begins where the counts do.
    const counts = this.seen.flatMap(({ values }) => this.countsOf(values)).filter((y) => !log || y > 0);
    if (!counts.length) return log ? { ...scale, range: undefined, autorange: true } : scale;
    const form = log ? Math.log10 : Number;
    const high = form(Math.max(...counts));
    const low = this.kind === "increments" ? 0 : form(Math.min(...counts));
    const air = (high - low || (log ? 0.1 : 1)) * 0.06;
    const bottom = this.kind === "increments" ? 0 : low - air;
    return { ...scale, range: [bottom, high + air], autorange: false };
  }

  /** What is drawn of the values of a stop. */
  countsOf([own, ...others]) {
    const drawn = others.filter(({ name }) => !COMPARISONS.includes(name) || name === this.against);
    return [own, ...drawn].map(({ y }) => Number(y));
  }

  /** Show from one instant to another, inside of what there is. */
  zoomTo(start, end) {
    const [first, last] = this.full;
    const length = Math.min(Math.max(end - start, (last - first) * SHORTEST), last - first);
    const middle = (start + end) / 2;
    const from = Math.min(Math.max(middle - length / 2, first), last - length);
    const before = this.drawing;
    view.zoomTo(length < last - first ? [from, from + length] : null, this.full);
    // plotly.js has drawn what was dragged, even where it is what was shown before.
    return this.drawing === before ? this.draw() : this.drawing;
  }

  /** Zoom so that what is at a share of the width stays there. */
  zoomBy(factor, share = 0.5) {
    const [start, end] = this.range ?? this.full;
    const at = start + (end - start) * share;
    return this.zoomTo(at - (at - start) / factor, at + (end - at) / factor);
  }

  async press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const zoom = (factor) => this.zoomBy(factor, this.shareOfReached());
    const keys = {
      "+": () => zoom(ZOOM),
      "=": () => zoom(ZOOM),
      "-": () => zoom(1 / ZOOM),
      0: () => this.zoomTo(...this.full),
      Escape: () => perform(this.figure, "explore"),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    await keys[event.key]();
  }

  /** Where the point that the keys have reached is in what is shown, or the middle. */
  shareOfReached() {
    const [start, end] = this.range ?? this.full;
    const share = ((reachedIn(this.place) ?? NaN) - start) / (end - start);
    return share >= 0 && share <= 1 ? share : 0.5;
  }

  /** The wheel alone scrolls the page; with Ctrl, or as two fingers' pinch, it zooms. */
  turn(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.zoomBy(Math.exp(-event.deltaY / 200), this.shareAt(event.clientX));
  }

  pinch(event) {
    if (event.touches.length !== 2) return;
    event.preventDefault();
    const [a, b] = [...event.touches].map((touch) => touch.clientX);
    const apart = Math.max(20, Math.abs(a - b));
    if (this.fingers) this.zoomBy(apart / this.fingers, this.shareAt((a + b) / 2));
    this.fingers = apart;
  }

  shareAt(x) {
    const { left, width } = this.plot.querySelector(".nsewdrag").getBoundingClientRect();
    return Math.max(0, Math.min(1, (x - left) / width));
  }

  toggle(name) {
    view.set(name === "log" ? { log: !this.log } : { compare: this.against === name ? "none" : name });
    return this.drawing;
  }
}

// From outside ------------------------------------------------------------------

/** @type {WeakMap<Element, Promise<Graph>>} */
const graphs = new WeakMap();
let loading;

/** Load plotly.js once; a failure is not remembered. */
const loadPlotly = (url) => {
  // plotly.js takes this as a sign that the style sheet of the page has its rules.
  const sign = document.getElementById("plotly.js-style-global") ?? document.createElement("template");
  sign.id = "plotly.js-style-global";
  sign.className = "no-inline-styles";
  document.head.append(sign);
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => reject(new Error(`cannot load ${url}`));
    document.head.append(script);
  }).catch((error) => {
    loading = undefined;
    throw error;
  });
  return loading;
};

const buttonOf = (figure, action) => figure.querySelector(`[data-action="${action}"]`);

const begin = async (figure, plotly) => {
  const [published, Plotly] = await Promise.all([loadFigure(figure), loadPlotly(plotly)]);
  const graph = new Graph(figure, published, Plotly);
  await graph.open();
  figure.querySelector(".failure")?.remove();
  return graph;
};

/** Show in the buttons what is on, and in the legend what is compared with. */
const tell = (figure, graph) => {
  const { log, against } = graph ?? { log: false, against: COMPARISONS[0] };
  const states = COMPARISONS.map((name) => [name, name === against]);
  for (const [action, on] of [["explore", Boolean(graph)], ["log", log], ...states]) {
    buttonOf(figure, action)?.setAttribute("aria-pressed", String(on));
  }
  for (const line of figure.querySelectorAll("[data-against]")) {
    line.hidden = line.dataset.against !== against;
  }
};

/**
 * Do what a button of a graph says: `explore`, `log`, or what to compare with; or `open`
 * it if it is not, or `renew` it where there is a newer figure. Tells by the event `graph` whether it is interactive now.
 *
 * @param {HTMLElement} figure @param {string} action @param {string} plotly Its address.
 */
export async function perform(figure, action, plotly) {
  const opened = graphs.get(figure);
  if (action === "renew") {
    if (!opened) return;
    const graph = await opened;
    const published = await loadFigure(figure).catch(() => null);
    if (published) graph.take(published);
    // Without the newer one the older one is as good as it was, for a while.
    else setTimeout(() => perform(figure, action), 60_000);
    await graph.draw();
    return;
  }
  if (opened && action === "open") return;
  if (opened && action === "explore") {
    graphs.delete(figure);
    (await opened).close();
    tell(figure, null);
    figure.dispatchEvent(new CustomEvent("graph", { bubbles: true, detail: false }));
    return;
  }
  const graph = opened ?? begin(figure, plotly);
  graphs.set(figure, graph);
  figure.setAttribute("aria-busy", "true");
  try {
    const drawn = await graph;
    if (action === "log" || COMPARISONS.includes(action)) await drawn.toggle(action);
    figure.dispatchEvent(new CustomEvent("graph", { bubbles: true, detail: true }));
  } catch (error) {
    graphs.delete(figure);
    throw error;
  } finally {
    figure.removeAttribute("aria-busy");
  }
}
