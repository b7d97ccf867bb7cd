// Runs before anything is shown: tells the style sheet that scripts run, which range the
// address names and whose clocks are wanted, and sends on whom the first page does not
// speak to. The other pages send nobody on.
(() => {
  const page = document.documentElement;
  page.classList.add("js");
  /** What the visitor chose here once, if the browser may tell. */
  const recall = (name) => {
    try {
      return localStorage.getItem(name);
    } catch {
      return null;
    }
  };
  const { zone, ...site } = document.currentScript.dataset;
  /** What the browser calls a zone, or its own: Europe/Kyiv may be Europe/Kiev there. */
  const nameOf = (timeZone) => {
    try {
      return Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
    } catch {
      return timeZone;
    }
  };
  const isElsewhere = nameOf() !== nameOf(zone);
  page.classList.toggle("elsewhere", isElsewhere);
  page.classList.toggle("mine", isElsewhere && recall("clocks") === "mine");
  const ranges = site.ranges.split(" ");
  const query = new URLSearchParams(location.search);
  const named = [location.hash.slice(1), query.get("range")];
  page.dataset.range = named.find((each) => ranges.includes(each)) ?? ranges[0];
  const links = [...document.querySelectorAll("link[hreflang]")];
  const pages = new Map(links.map((link) => [link.hreflang, link.href]));
  const first = pages.get("x-default");
  pages.delete("x-default");
  if (pages.get(page.lang) !== first) return;
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  // Whoever speaks none of the site's languages gets English, if it has that.
  const language = recall("language") ?? spoken.find((each) => pages.has(each)) ?? "en";
  if (language === page.lang || !pages.has(language)) return;
  // Only the name: the site may be seen at another address than its public one.
  const name = new URL(pages.get(language)).pathname.split("/").pop();
  location.replace(new URL(name + location.search + location.hash, location.href));
})();
