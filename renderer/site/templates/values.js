// Says the value where the pointer, the finger or the arrow keys are, in a card at the
// place: on pictures, interactive graphs and heatmaps. Values and places are those of
// the published figures.
import { instant, layoutIn, listStops, loadFigure } from "./stops.js";

const make = (tag, name, ...parts) => {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...parts);
  return element;
};
const card = make("div", "value");
const mark = make("div", "mark");
const said = make("p", "said");
said.setAttribute("aria-live", "polite");
document.body.append(said);

/** What each interactive graph shows: its `range`, and how to `go` to another time. */
export const views = new WeakMap();
/** The plot or cell that the card is about, the number of its stop, and the turn. */
let [here, index, turn] = [null, -1, 0];

const hide = () => {
  [here, index] = [null, -1];
  turn += 1;
  card.remove();
  mark.remove();
};

/** Lay the mark on a place of an element, and the card where there is room beside it. */
const lay = (host, { left, top, width, height }) => {
  host.append(mark, card);
  const px = (element, places) => {
    for (const [side, to] of Object.entries(places)) element.style[side] = `${to}px`;
  };
  px(mark, { left, top, width, height });
  mark.classList.toggle("thin", width < 3);
  const right = left + width + 8;
  const x = right + card.offsetWidth > host.clientWidth ? left - 8 - card.offsetWidth : right;
  px(card, { left: Math.max(0, x), top: Math.max(0, top - (height < 40) * card.offsetHeight) });
};

// Graphs ------------------------------------------------------------------------

/** The stops of each figure. */
const known = new WeakMap();

/** Where the times of a figure are in its plot, in pixels of the page. */
const measure = (plot, { layout }) => {
  const box = plot.getBoundingClientRect();
  const { width, margin } = layoutIn(layout, box);
  const view = views.get(plot.parentNode);
  const scale = view ? 1 : box.width / width;
  const [start, end] = view?.range ?? layout.xaxis.range.map(instant);
  const [left, right, top, bottom] = [..."lrtb"].map((side) => margin[side] * scale);
  const pixels = (box.width - left - right) / (end - start);
  return {
    shows: ({ at }) => start <= at && at <= end,
    x: (ms) => left + (Math.min(Math.max(ms, start), end) - start) * pixels,
    time: (clientX) => start + (clientX - box.left - left) / pixels,
    top,
    height: box.height - top - bottom,
  };
};

const nearest = (stops, ms) => {
  const within = stops.findIndex(({ from, to }) => from <= ms && ms < to);
  if (within >= 0) return within;
  const far = stops.map(({ at }) => Math.abs(at - ms));
  return far.indexOf(Math.min(...far));
};

/** A value with what the legend has of it, its swatch and its name; none if it is off. */
const rowOf = (figure, { name, text }) => {
  const swatch = name && figure.querySelector(`.legend :is([data-against="${name}"] i, [class~="${name}"])`);
  const item = swatch?.parentNode;
  if (item?.hidden) return "";
  const label = item?.textContent ?? name ?? "";
  return make("p", "", swatch?.cloneNode() ?? "", make("b", "", text), ` ${label}`);
};

/** Show the stop that is chosen among all of a plot; tell whether there is one. */
const reach = async (plot, choose) => {
  turn += 1;
  const mine = turn;
  const figure = plot.parentNode;
  const published = await loadFigure(figure);
  if (mine !== turn) return false;
  if (!known.has(published)) known.set(published, listStops(published));
  const stops = known.get(published);
  const next = choose(stops, measure(plot, published));
  const stop = stops[next];
  if (!stop) return false;
  if (!measure(plot, published).shows(stop)) await views.get(figure)?.go(stop.at);
  const { x, top, height } = measure(plot, published);
  const rows = stop.values.map((each) => rowOf(figure, each));
  card.replaceChildren(make("p", "when", stop.when), ...rows);
  lay(plot, { left: x(stop.from), top, width: x(stop.to) - x(stop.from), height });
  [here, index] = [plot, next];
  return true;
};

/** Where each key leads from a stop, given the last; the first step is to the newest. */
const STEPS = {
  ArrowLeft: (at, last) => (at < 0 ? last : Math.max(0, at - 1)),
  ArrowRight: (at, last) => (at < 0 ? last : Math.min(last, at + 1)),
  Home: () => 0,
  End: (at, last) => last,
};

const step = async (plot, key) => {
  const from = plot === here ? index : -1;
  const reached = await reach(plot, (stops) => STEPS[key](from, stops.length - 1));
  if (reached) said.textContent = [...card.children].map((each) => each.textContent).join(", ");
};

// Heatmaps ----------------------------------------------------------------------

/** Rows and columns that each key leads on. */
const MOVES = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
const ENDS = { Home: "ArrowLeft", End: "ArrowRight" };

const valueOf = (cell) => cell?.querySelector("b");

/** Show what a cell says. */
const tell = (cell) => {
  const heat = cell.closest(".heat");
  const box = heat.getBoundingClientRect();
  const { left, top, width, height } = cell.getBoundingClientRect();
  card.replaceChildren(valueOf(cell).cloneNode(true));
  lay(heat, { left: left - box.left, top: top - box.top, width, height });
  here = cell;
};

/** The next cell with a value, or the same one. */
const next = (cell, [down, right]) => {
  const { rows } = cell.closest("table");
  let [row, column] = [cell.parentNode.rowIndex, cell.cellIndex];
  for (;;) {
    row += down;
    column += right;
    const found = rows[row]?.cells[column];
    if (!found || valueOf(found)) return found ?? cell;
  }
};

const walk = (from, key) => {
  let cell = from.closest("td");
  if (!cell) {
    // The newest one.
    for (const each of from.querySelectorAll("tbody td"))
      if (valueOf(each) && each.cellIndex >= (cell?.cellIndex ?? 0)) cell = each;
  } else if (MOVES[key]) {
    cell = next(cell, MOVES[key]);
  } else {
    for (let before; before !== cell; ) [before, cell] = [cell, next(cell, MOVES[ENDS[key]])];
  }
  if (!cell) return;
  cell.tabIndex = -1;
  cell.focus();
};

// Pointer, finger, keys ---------------------------------------------------------

/** Follow the mouse, or a finger that taps or moves along. */
const follow = ({ target, pointerType, clientX, clientY, movementX, movementY }) => {
  // Where the page has moved below the mouse, what the keys have reached stays.
  const still = pointerType === "mouse" && !movementX && !movementY;
  if (still && here) return;
  const plot = target.closest?.(".plot:not(.open)");
  const cell = !plot && document.elementFromPoint(clientX, clientY)?.closest(".heat td");
  if (plot) reach(plot, (stops, { time }) => nearest(stops, time(clientX))).catch(hide);
  else if (valueOf(cell)) tell(cell);
  else if (!still) hide();
};

const press = (event) => {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === "Escape") hide();
  const plot = target.closest(".plot:not(.open) > .cursor")?.parentNode;
  const heat = target.closest(".heat [tabindex]");
  if (plot && STEPS[key]) step(plot, key).catch(hide);
  else if (heat && (MOVES[key] || ENDS[key])) walk(target, key);
  else return;
  event.preventDefault();
};

/** Do what an event says, also one that came before this script did. */
export const react = (event) => {
  if (event.type === "keydown") press(event);
  else if (event.type !== "focusin") follow(event);
};

for (const type of ["pointermove", "pointerup", "keydown"]) document.addEventListener(type, react);
document.addEventListener("pointercancel", hide);
document.documentElement.addEventListener("pointerleave", ({ pointerType }) => {
  if (pointerType === "mouse") hide();
});
document.addEventListener("focusout", hide);
document.addEventListener("focusin", ({ target }) => valueOf(target.closest(".heat td")) && tell(target));
// What is scrolled within a heatmap takes its card along.
document.addEventListener("scroll", () => here?.matches("td") && tell(here), true);
document.documentElement.classList.add("values");
