// Says the value where the pointer, the finger or the arrow keys are, in a card at the
// place: on pictures, interactive graphs and heatmaps. Values and places are those of
// the published figures.
import { HOUR, instant, layoutIn, listStops, loadFigure } from "./stops.js";

const MOST_NOTES = 3;
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

/** The interactive graphs by their plots: each with its `range` and `zoomTo`. */
export const interactive = new WeakMap();
/** The plot or cell that the card is about, the time of its stop, and the turn. */
let [here, reached, turn] = [null, null, 0];

const hide = () => {
  [here, reached] = [null, null];
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
  // The interactive graph is as large as its place; a picture is made to fit it.
  const graph = interactive.get(plot);
  const scale = graph ? 1 : box.width / width;
  const [start, end] = graph?.range ?? layout.xaxis.range.map(instant);
  const [left, right, top, bottom] = [..."lrtb"].map((side) => margin[side] * scale);
  const pixels = (box.width - left - right) / (end - start);
  return {
    half: (end - start) / 2,
    shows: ({ from, to }) => start <= to && from <= end,
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

/** A value with its name, and with its swatch if it is shown; the legend has both. */
const rowOf = (figure, { name, text }) => {
  const find = (selector) => figure.querySelector(`.legend ${selector}`);
  const swatch = name && find(`:is([data-against="${name}"] i, i[class~="${name}"])`);
  const item = swatch?.parentNode;
  if (!text || (item?.dataset.against && view.get().compare === "none")) return "";
  const label = figure.dataset[name] ?? item?.textContent ?? name ?? "";
  // Each of the earlier years has the swatch of all of them; a line that is not drawn
  // has the room of one.
  const shown = item?.hidden ? make("i", "swatch") : name && (swatch ?? find("i.earlier"));
  return make("p", "", shown?.cloneNode?.() ?? "", make("b", "", text), ` ${label}`);
};

/** The page's notes of the time of a stop; of many the first ones. */
const notesOf = ({ from, to }) => {
  // A point of a line stands for the time around it.
  const around = from < to ? 0 : HOUR / 2;
  const isThen = ({ dataset: { at } }) => from - around <= instant(at) && instant(at) < to + around;
  const rows = [...document.querySelectorAll(".notes [data-at]")].filter(isThen).reverse();
  const parts = rows.map((row) => ["b", "td:last-child span"].map((each) => row.querySelector(each).cloneNode(true)));
  const told = parts.slice(0, MOST_NOTES).map(([flag, words]) => make("p", "", flag, " ", words));
  return parts.length > MOST_NOTES ? [...told, "…"] : told;
};

/** Show a stop of a plot, unless it is out of sight. */
const show = (plot, published, stop) => {
  [here, reached] = [plot, stop.at];
  const { shows, x, top, height } = measure(plot, published);
  card.remove();
  mark.remove();
  if (!shows(stop)) return;
  const rows = stop.values.map((each) => rowOf(plot.parentNode, each));
  card.replaceChildren(make("p", "when", stop.when), ...rows, ...notesOf(stop));
  lay(plot, { left: x(stop.from), top, width: x(stop.to) - x(stop.from), height });
};

/** Show the stop that is chosen among all of a plot, and bring it into sight if asked. */
const reach = async (plot, choose, seek = false) => {
  turn += 1;
  const mine = turn;
  const published = await loadFigure(plot.parentNode);
  if (mine !== turn) return false;
  if (!known.has(published)) known.set(published, listStops(published));
  const stops = known.get(published);
  const stop = stops[choose(stops, measure(plot, published))];
  // What had been reached is no longer there: the range has gone on.
  if (!stop) hide();
  if (!stop) return false;
  const { shows, half } = measure(plot, published);
  if (seek && !shows(stop)) await interactive.get(plot)?.zoomTo(stop.at - half, stop.at + half);
  show(plot, published, stop);
  return true;
};

/** The time that the keys or the pointer have reached in a plot. */
export const reachedIn = (plot) => (plot === here ? reached : null);
const reachedOf = (stops) => stops.findIndex(({ at }) => at === reached);

/** Show again what has been reached, in another part, or in a newer figure or table. */
export const relay = () => {
  if (here?.matches(".plot")) reach(here, reachedOf).catch(hide);
  else if (here) valueOf(here.closest(".heat td")) ? tell(here) : hide();
};

/** Where each key leads from a stop, given the last; the first step is to the newest. */
const STEPS = {
  ArrowLeft: (at, last, newest) => (at < 0 ? newest : Math.max(0, at - 1)),
  ArrowRight: (at, last, newest) => (at < 0 ? newest : Math.min(last, at + 1)),
  Home: () => 0,
  End: (at, last) => last,
};

const step = async (plot, key) => {
  const choose = (stops) => {
    const newest = stops.map(({ values: [own] }) => own.y !== null).lastIndexOf(true);
    return STEPS[key](plot === here ? reachedOf(stops) : -1, stops.length - 1, newest);
  };
  if (!(await reach(plot, choose, true))) return;
  said.textContent = [...card.children].map((each) => each.textContent).join(", ");
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

/** The next cell with a value, or the same one; beside a table may be another one. */
const next = (cell, [down, right]) => {
  let table = cell.closest("table");
  let [row, column] = [cell.parentNode.rowIndex, cell.cellIndex];
  for (;;) {
    row += down;
    column += right;
    if (right && !table.rows[row].cells[column]) {
      table = right > 0 ? table.nextElementSibling : table.previousElementSibling;
      if (!table?.rows) return cell;
      column = right > 0 ? 0 : table.rows[row].cells.length - 1;
    }
    const found = table.rows[row]?.cells[column];
    if (!found) return cell;
    if (valueOf(found)) return found;
  }
};

const walk = (from, key) => {
  let cell = from.closest("td");
  if (!cell) {
    // The newest one: the last in the last column of the last table.
    const tables = [...from.querySelectorAll("table")].filter(valueOf);
    for (const each of tables.at(-1)?.querySelectorAll("tbody td") ?? [])
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
  const plot = target.closest?.(".plot");
  const cell = !plot && document.elementFromPoint(clientX, clientY)?.closest(".heat td");
  if (plot) reach(plot, (stops, { time }) => nearest(stops, time(clientX))).catch(hide);
  else if (valueOf(cell)) tell(cell);
  else if (!still) hide();
};

const press = (event) => {
  const { target, key } = event;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (key === "Escape") hide();
  const plot = target.closest(".plot > .cursor")?.parentNode;
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
// Only what the card is about: a tap elsewhere takes the focus from a button, after it was followed.
document.addEventListener("focusout", ({ target }) => {
  if (here && (target === here || target.closest(".plot") === here)) hide();
});
document.addEventListener("focusin", ({ target }) => valueOf(target.closest(".heat td")) && tell(target));
addEventListener("resize", hide);
addEventListener("renewed", relay);
// What is scrolled within a heatmap takes its card along.
document.addEventListener("scroll", () => here?.matches("td") && tell(here), true);
document.documentElement.classList.add("values");
