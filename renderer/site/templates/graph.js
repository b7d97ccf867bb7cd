// Makes a graph interactive: draws the published figure, the one that its picture was
// drawn from, in the picture's place. Loaded on demand; so is plotly.js.

/**
 * @typedef {{data: object[], layout: Record<string, any>}} Figure
 * @typedef {{at: number, trace: number, index: number, y: number, text: string}} Point
 */

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
const DARK = matchMedia("(prefers-color-scheme: dark)");
const TOUCH = matchMedia("(pointer: coarse)");
const LANGUAGE = document.documentElement.lang;
/** Of the picture: between that of the wide one (2.4) and of the narrow one (1.25). */
const NARROW_RATIO = 1.8;
const ZOOM = 1.5;
const SHORTEST = 1 / 400;
/** What bars may be compared with; those of the picture are with the first. */
const COMPARISONS = ["previous", "year"];

// The figure --------------------------------------------------------------------

/** Read JSON; an integer that a number cannot hold exactly stays text. */
export const parse = (text) =>
  JSON.parse(
    text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
      /^-?\d{16,}$/.test(token) ? `"${token}"` : token,
    ),
  );

/** Give a figure its narrow and its dark look from the tables that come with it. */
export const looking = ({ data, layout: { meta, ...layout } }, narrow, dark) => {
  const isObject = (value) => value?.constructor === Object;
  for (const [key, value] of Object.entries((narrow && meta?.narrow) || {})) {
    layout[key] = isObject(value) && isObject(layout[key]) ? { ...layout[key], ...value } : value;
  }
  const colours = (dark && meta?.dark) || {};
  const text = JSON.stringify({ data, layout });
  return JSON.parse(text.replace(/#[0-9a-f]{6}/gi, (each) => colours[each.toLowerCase()] ?? each));
};

/** Times of a figure are local ones without an offset; here they count as UTC. */
const instant = (text) => {
  const [day, time = "00:00"] = text.split(/[ T]/);
  return Date.parse(`${day}T${time}Z`);
};
const textOf = (ms) => new Date(ms).toISOString().slice(0, -1);

// What is said of a point -------------------------------------------------------

// As the page writes them, in every language.
const numbers = new Intl.NumberFormat("en");
const exact = (value) => numbers.format(typeof value === "string" ? BigInt(value) : value);

const DAY = { year: "numeric", month: "short", day: "numeric" };
const MONTH = { year: "numeric", month: "short" };
const DAY_MS = 86_400_000;
/** How a bucket is named: the parts of a date, and the days to its last one. */
const BUCKETS = {
  "1d": [{ ...DAY, weekday: "short" }, 0],
  "1w": [DAY, 6],
  "1mo": [MONTH, 0],
  "1q": [MONTH, 62],
  "1y": [{ year: "numeric" }, 0],
};
const HOUR = { ...DAY, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };

const when = (ms, every) => {
  const [parts, days] = BUCKETS[every] ?? [HOUR, 0];
  const format = new Intl.DateTimeFormat(LANGUAGE, { ...parts, timeZone: "UTC" });
  return days ? format.formatRange(ms, ms + days * DAY_MS) : format.format(ms);
};

/** List what there is to point at, in the order of time. */
const pointsOf = ({ data }, kind, every, words) => {
  // What has a name stands above the bars, and is told with them: means, earlier times.
  const above = new Map(
    data.flatMap(({ name, x, y }) => (name ? [[name, new Map(x.map((each, n) => [each, y[n]]))]] : [])),
  );
  const points = data.flatMap((trace, number) => {
    if (trace.name) return [];
    // Where there is a line a year, a point is what the year had added after a day.
    const { meta: year } = trace;
    const sign = year || kind === "increments" ? "+" : "";
    return trace.x.map((x, index) => {
      const y = trace.y[index];
      if (y === null) return null;
      const lines = [when(instant(x), kind === "total" && !year ? "1h" : every), sign + exact(y)];
      for (const [name, values] of above) {
        const value = values.get(x) ?? null;
        if (value !== null) lines.push(`${words[name] ?? name} ${sign}${exact(value)}`);
      }
      return { at: instant(x), trace: number, index, y: Number(y), text: lines };
    });
  });
  return points.filter(Boolean).sort((a, b) => a.at - b.at);
};

// The interactive graph ---------------------------------------------------------

/** Shows what the page's `view` says, and changes it as the visitor wants. */
class Graph {
  /** The point that the arrow keys have reached. */
  current = -1;

  constructor(figure, published, Plotly) {
    this.figure = figure;
    this.Plotly = Plotly;
    this.kind = figure.dataset.kind;
    this.place = figure.querySelector(".plot");
    this.host = document.createElement("div");
    this.host.className = "interactive";
    this.host.tabIndex = 0;
    // Lets the arrow keys through to us when a screen reader is used.
    this.host.setAttribute("role", "application");
    this.plot = document.createElement("div");
    this.plot.setAttribute("aria-hidden", "true");
    this.said = document.createElement("p");
    this.said.className = "said";
    this.said.setAttribute("aria-live", "polite");
    this.host.append(this.plot, this.said);
    this.take(published);
  }

  /** Take a figure, the first or a newer one; the point that was reached stays reached. */
  take(published) {
    const { dataset } = this.figure;
    const reached = this.points?.[this.current]?.at;
    this.published = published;
    this.points = pointsOf(published, this.kind, dataset.every, dataset);
    this.current = this.points.findIndex(({ at }) => at === reached);
    this.full = published.layout.xaxis.range.map(instant);
    const name = this.figure.querySelector("figcaption").innerText.replace(/\s+/g, " ");
    this.host.setAttribute("aria-label", `${name} ${document.body.dataset.keysHint}`);
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
    this.place.append(this.host);
    await this.draw();
    this.place.classList.add("open");
    this.watch();
  }

  close() {
    const focused = this.host.contains(document.activeElement);
    this.ending.abort();
    this.sizes.disconnect();
    this.Plotly.purge(this.plot);
    this.place.classList.remove("open");
    this.host.remove();
    if (focused) buttonOf(this.figure, "explore").focus();
  }

  watch() {
    this.ending = new AbortController();
    const { signal } = this.ending;
    const on = (target, event, listener, passive = true) =>
      target.addEventListener(event, listener, { signal, passive });
    on(DARK, "change", () => this.draw());
    on(window, "view", () => this.draw());
    on(this.host, "keydown", (event) => this.press(event), false);
    on(this.host, "wheel", (event) => this.turn(event), false);
    on(this.host, "touchmove", (event) => this.pinch(event), false);
    // plotly.js would take the second finger for a double click.
    const second = (event) => event.touches.length > 1 && event.stopPropagation();
    this.host.addEventListener("touchstart", second, { signal, capture: true, passive: true });
    on(this.host, "touchend", () => delete this.fingers);
    on(this.host, "blur", () => this.Plotly.Fx.unhover(this.plot));
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
    // A range that is not shown has no size.
    if (!this.box().width) return this.drawing;
    const { data, layout } = this.drawn();
    tell(this.figure, this);
    this.drawing = this.Plotly.react(this.plot, data, layout, CONFIG);
    return this.drawing;
  }

  /** @returns {Figure} The published figure as the visitor wants to see it. */
  drawn() {
    const box = this.box();
    const narrow = box.width / box.height < NARROW_RATIO;
    const { data, layout } = looking(this.published, narrow, DARK.matches);
    for (const trace of data) {
      trace.y = trace.y.map((y) => (y === null ? null : Number(y)));
      trace.hoverinfo = "skip";
      if (COMPARISONS.includes(trace.name)) trace.visible = trace.name === this.against;
    }
    for (const { trace, index, text } of this.points) {
      data[trace].hoverinfo = "text";
      (data[trace].hovertext ??= [])[index] = text.map(escaped).join("<br>");
    }
    Object.assign(layout, box, {
      autosize: false,
      hovermode: "x",
      dragmode: TOUCH.matches ? false : "zoom",
      hoverlabel: { align: "left", ...this.colours(layout) },
    });
    if (this.range) layout.xaxis.range = this.range.map(textOf);
    layout.yaxis = { ...layout.yaxis, ...this.scale(), fixedrange: true };
    return { data, layout };
  }

  colours(layout) {
    return {
      bgcolor: layout.paper_bgcolor,
      bordercolor: layout.font.color,
      font: { ...layout.font, size: 14, color: getComputedStyle(this.place).color },
    };
  }

  /** The counts that the axis shows: what is seen of the graph fills its height. */
  scale() {
    const { range, log } = this;
    const scale = log ? { type: "log", dtick: undefined, rangemode: "normal" } : {};
    if (!range) return log ? { ...scale, range: undefined, autorange: true } : scale;
    const seen = this.points.filter(({ at }) => range[0] <= at && at <= range[1]);
    // A logarithm knows no 0; the line begins where the counts do.
    const counts = seen.map(({ y }) => y).filter((y) => !log || y > 0);
    if (!counts.length) return log ? { ...scale, range: undefined, autorange: true } : scale;
    const form = log ? Math.log10 : Number;
    const high = form(Math.max(...counts));
    const low = this.kind === "increments" ? 0 : form(Math.min(...counts));
    const air = (high - low || (log ? 0.1 : 1)) * 0.06;
    const bottom = this.kind === "increments" ? 0 : low - air;
    return { ...scale, range: [bottom, high + air], autorange: false };
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
    const zoom = (factor) => this.zoomBy(factor, this.shareOfCurrent());
    const keys = {
      ArrowLeft: () => this.step(-1),
      ArrowRight: () => this.step(1),
      Home: () => this.step(-Infinity),
      End: () => this.step(Infinity),
      "+": () => zoom(ZOOM),
      "=": () => zoom(ZOOM),
      "-": () => zoom(1 / ZOOM),
      0: () => this.zoomTo(...this.full),
      Escape: () => perform(this.figure, "explore"),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    await keys[event.key]();
    if (this.host.isConnected) this.point();
  }

  shareOfCurrent() {
    const point = this.points[this.current];
    const [start, end] = this.range ?? this.full;
    const share = point ? (point.at - start) / (end - start) : 0.5;
    return share >= 0 && share <= 1 ? share : 0.5;
  }

  /** Go on to another point, and bring it into sight; the first step is to the newest. */
  async step(by) {
    const last = this.points.length - 1;
    const next = this.current < 0 && by !== -Infinity ? last : this.current + by;
    this.current = Math.max(0, Math.min(last, next));
    const point = this.points[this.current];
    const range = this.range;
    if (!point) return;
    if (range && (point.at < range[0] || point.at > range[1])) {
      const half = (range[1] - range[0]) / 2;
      await this.zoomTo(point.at - half, point.at + half);
    }
    this.said.textContent = point.text.join(", ");
  }

  /** Show what is known of the point that the keys have reached. */
  point() {
    const point = this.points[this.current];
    if (!point) return;
    const { trace: curveNumber, index: pointNumber } = point;
    this.Plotly.Fx.hover(this.plot, [{ curveNumber, pointNumber }]);
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

const escaped = (text) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

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

/** @type {Map<string, Promise<Object>>} The figures of a range, by their address. */
const ranges = new Map();

/** Load the figures of a range once; a failure is not remembered. */
const loadFigures = (url) => {
  const load = async () => {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    return parse(await answer.text());
  };
  if (!ranges.has(url)) ranges.set(url, load());
  ranges.get(url).catch(() => ranges.delete(url));
  return ranges.get(url);
};

const buttonOf = (figure, action) => figure.querySelector(`[data-action="${action}"]`);

const begin = async (figure, plotly) => {
  const { figures, kind } = figure.dataset;
  const [published, Plotly] = await Promise.all([loadFigures(figures), loadPlotly(plotly)]);
  const graph = new Graph(figure, published[kind], Plotly);
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
    // Without the newer one the older one is as good as it was.
    const figures = await loadFigures(figure.dataset.figures).catch(() => null);
    if (figures) graph.take(figures[graph.kind]);
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
