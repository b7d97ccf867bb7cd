// Saves what is seen of a graph, made in the browser: its values as CSV, and what an
// interactive graph shows as a picture. Loaded on demand.
import { WORDS, instant, listStops, loadFigure, stopsIn } from "./stops.js";
import { interactive } from "./values.js";

const DENSITY = 2;
const timeOf = (ms) => new Date(ms).toISOString().slice(0, 16).replace("T", " ");

/**
 * The values of a part as CSV, a line for each bar or reading; unknown ones are empty. A
 * bar is told from when to when it rose: an hour by its readings, if these were not an
 * hour apart.
 */
export const writeTable = (figure, range) => {
  const bars = figure.data[0].type === "bar";
  const names = [...new Set(figure.data.map(({ name }) => name).filter(Boolean))];
  const stops = stopsIn(listStops(figure), range).filter(
    ({ values }) => bars || values.some(({ y }) => y !== null),
  );
  const rows = stops.map(({ from, to, read = [from, to], values: [own, ...others] }) => [
    ...(bars ? read : [from]).map(timeOf),
    own.y ?? "",
    ...(bars ? [Number(own.y !== null && own.name !== "partial")] : []),
    ...names.map((name) => others.find((each) => each.name === name)?.y ?? ""),
  ]);
  const own = bars ? ["increment", "complete"] : [figure.data[0].meta ?? "count"];
  const times = bars ? ["from", "to"] : ["time"];
  const head = [...times.map((name) => `${name} (${WORDS.zone})`), ...own, ...names];
  return [head, ...rows].map((row) => `${row.join(",")}\n`).join("");
};

/** Have the browser save something under a name. */
const give = (blob, name) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

/** Read what an address holds by itself. The page's policy lets nobody fetch it. */
const readAddress = (address) => {
  const [, type, base64, text] = /^data:([^;,]+)(;base64)?,(.*)$/s.exec(address);
  const content = base64
    ? Uint8Array.from(atob(text), (each) => each.charCodeAt(0))
    : decodeURIComponent(text);
  return new Blob([content], { type });
};

/** Name a file after the picture, and after its part where not all of it is seen. */
const nameOf = (figure, range, format) => {
  const name = figure.querySelector("[data-save=png]").download.replace(/\.png$/, "");
  const part = range?.map((ms) => timeOf(ms).replace(" 00:00", "").replace(/[ :]/g, "")) ?? [];
  return `${[name, ...part].join("_")}.${format}`;
};

/** Save what is seen of a graph; a picture of it needs it to be interactive. */
export const save = async (figure, format) => {
  const graph = interactive.get(figure.querySelector(".plot"));
  const name = nameOf(figure, graph?.range, format);
  if (format === "csv") {
    const published = await loadFigure(figure);
    const range = graph?.range ?? published.layout.xaxis.range.map(instant);
    give(new Blob([writeTable(published, range)], { type: "text/csv" }), name);
  } else {
    give(readAddress(await graph.paint(format, DENSITY)), name);
  }
};
