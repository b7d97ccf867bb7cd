// What the visitor looks at is in the address: the range, the part of it that is zoomed
// to, the comparison and the scale. The scripts read and change it here, nowhere else.

/**
 * @typedef {Object} View
 * @property {string} range The range that is shown.
 * @property {?number} from Where the part begins and ends, in ms, of local times that
 * @property {?number} to count as UTC, as those of the figures do; null: it is open.
 * @property {?number} last How long the part is that ends where the range does, in ms.
 * @property {string} compare `previous`, `year` or `none`.
 * @property {boolean} log Whether the scale is logarithmic.
 */
const view = (() => {
  const DAY_MS = 86_400_000;
  const UNITS = { y: 365 * DAY_MS, w: 7 * DAY_MS, d: DAY_MS, h: DAY_MS / 24 };
  const COMPARISONS = ["previous", "year", "none"];
  const usual = () => document.querySelector(".range.usual").dataset.range;
  const sections = () => [...document.querySelectorAll(".range")];
  const isRange = (name) => sections().some((each) => each.dataset.range === name);

  /** Read `2026-08-31` or `2026-08-31T06:00`; as an end, a day ends with its last hour. */
  const instant = (text, isEnd) => {
    const ms = /^[-\d]{10}(T[:\d]{5})?$/.test(text) ? Date.parse(`${text}Z`) : NaN;
    // There is no 31 June, but to some browsers it is 1 July.
    if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(text)) return null;
    return isEnd && text.length === 10 ? ms + DAY_MS : ms;
  };
  const textOf = (ms, isEnd) => {
    if (ms === null) return null;
    const whole = ms % DAY_MS === 0;
    return new Date(isEnd && whole ? ms - DAY_MS : ms).toISOString().slice(0, whole ? 10 : 16);
  };

  const boundsOf = ({ dataset: { start, end } }) => [instant(start), instant(end)];
  /** When the graphs of a range end: an axis of years goes on behind what is known. */
  const edgeOf = ({ dataset: { end, edge = end } }) => instant(edge);

  /** The shortest range that has the whole part, or else the longest one. */
  const rangeOf = ({ from, to, last }, named) => {
    if (from === null && to === null && last === null) return named;
    const covers = (section) => {
      const [start, end] = boundsOf(section);
      if (last !== null) return end - start >= last;
      return from !== null && start <= from && from < edgeOf(section);
    };
    const all = sections();
    const covering = all.filter(covers).map((each) => each.dataset.range);
    return covering.includes(named) ? named : (covering[0] ?? all.at(-1)?.dataset.range);
  };

  /** When what is known begins and ends. */
  const known = () => {
    const [starts, ends] = [0, 1].map((side) => sections().map((each) => boundsOf(each)[side]));
    return [Math.min(...starts), Math.max(...ends)];
  };

  /** Whether nothing lies between both ends: no time at all, or none of any graph. */
  const isBeyond = ({ from, to }) => {
    const [first] = known();
    const edge = Math.max(...sections().map(edgeOf));
    return Math.max(from ?? first, first) >= Math.min(to ?? edge, edge);
  };

  /** Whether all that is known lies between both ends. */
  const isAll = ({ from, to }) => {
    const [first, last] = known();
    return (from ?? first) <= first && last <= (to ?? last) && (from ?? to) !== null;
  };

  /** Read what the address asks for; what makes no sense there is ignored. */
  const read = () => {
    const query = new URLSearchParams(location.search);
    const tab = [location.hash.slice(1)].find(isRange);
    // A tab shows all of its range, also where it is opened beside a part.
    if (tab) for (const name of ["from", "to", "last"]) query.delete(name);
    const part = {
      from: instant(query.get("from")),
      to: instant(query.get("to"), true),
      last: null,
    };
    const whole = isAll(part) ? sections().at(-1).dataset.range : null;
    if (whole || isBeyond(part)) part.from = part.to = null;
    const [, number, unit] = /^([1-9]\d{0,4})([ywdh])$/.exec(query.get("last")) ?? [];
    if (unit && part.from === null && part.to === null) part.last = number * UNITS[unit];
    // Without scripts the fragment names the range, and so do older addresses.
    const named = tab ?? [query.get("range")].find(isRange);
    return {
      range: whole ?? rangeOf(part, named) ?? usual(),
      ...part,
      compare: COMPARISONS.find((each) => each === query.get("compare")) ?? COMPARISONS[0],
      log: query.get("log") === "1",
    };
  };

  const addressOf = ({ range, from, to, last, compare, log }) => {
    const url = new URL(location.href);
    const unit = Object.keys(UNITS).find((each) => last % UNITS[each] === 0);
    const isPart = from !== null || to !== null || last !== null;
    const values = {
      range: range !== usual() || isPart ? range : null,
      from: textOf(from),
      to: textOf(to, true),
      last: last === null ? null : `${last / UNITS[unit]}${unit}`,
      compare: compare === COMPARISONS[0] ? null : compare,
      log: log ? "1" : null,
    };
    for (const [name, value] of Object.entries(values)) {
      if (value === null) url.searchParams.delete(name);
      else url.searchParams.set(name, value);
    }
    url.search = url.search.replaceAll("%3A", ":");
    if (isRange(url.hash.slice(1))) url.hash = "";
    return url.href;
  };

  let current;
  let writing;
  const write = (how = "replaceState") => {
    clearTimeout(writing);
    const address = addressOf(current);
    if (address !== location.href) history[how](null, "", address);
  };
  const change = (next) => {
    if (JSON.stringify(next) === JSON.stringify(current)) return false;
    current = next;
    const { dataset } = document.documentElement;
    [dataset.range, dataset.compare] = [next.range, next.compare];
    return true;
  };
  /** `asked`: by an address, and not by what the visitor did on the page. */
  const tell = (asked) =>
    dispatchEvent(new CustomEvent("view", { detail: { ...current, asked } }));
  const follow = () => {
    const changed = change(read());
    write();
    if (changed) tell(true);
  };
  change(read());
  write();
  addEventListener("popstate", follow);
  addEventListener("hashchange", follow);
  // Where readings were taken back a newer page may lack the range.
  addEventListener("renewed", () => isRange(current.range) || follow());

  const set = (wanted, how) => {
    if (!change({ ...current, ...wanted })) return;
    clearTimeout(writing);
    // Who zooms changes it faster than browsers want to be told.
    if (how) write(how);
    else writing = setTimeout(write, 200);
    tell(false);
  };

  return {
    /** @returns {View} */
    get: () => ({ ...current }),
    /** Show something else; with `pushState` the visitor can go back. */
    set,
    /** Show another range, all of it. */
    open: (range) => set({ range, from: null, to: null, last: null }, "pushState"),
    /** Show a part of what reaches from `first` to `last`, or all; its ends stay open. */
    zoomTo: (part, [first, last]) => {
      const [start, end] = part ?? [first, last];
      const minute = (ms) => Math.round(ms / 60_000) * 60_000;
      // An open beginning is that of all that is known, not that of a range.
      const from = part && start > known()[0] ? minute(start) : null;
      set({ from, to: end < last ? minute(end) : null, last: null });
    },
    /** Whether it is less than all of the range. */
    isPart: () => {
      const { range, from, to, last } = current;
      const [start, end] = boundsOf(sections().find((each) => each.dataset.range === range));
      return from > start || (to ?? end) < end || (last !== null && last < end - start);
    },
    /** @returns {?number[]} The part to show of what reaches from `first` to `last`. */
    spanIn: ([first, last]) => {
      const { range, from, to, last: length } = current;
      // An axis of a whole year goes on behind what is known of it.
      const { end: known } = sections().find((each) => each.dataset.range === range).dataset;
      const open = length === null ? last : Math.min(last, instant(known));
      const start = Math.max(first, from ?? (length === null ? first : open - length));
      const end = Math.min(last, to ?? open);
      return start < end && (first < start || end < last) ? [start, end] : null;
    },
    /** Show what an address of the page names, as if it had been gone to. */
    follow: (address) => {
      history.pushState(null, "", address);
      follow();
    },
    /** The address of what is shown, with a fragment in place of its own. */
    address: (fragment) => {
      const url = new URL(addressOf(current));
      url.hash = fragment;
      return url.href;
    },
  };
})();
