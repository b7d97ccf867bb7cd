// Runs before anything is shown: tells the style sheet that scripts run and which range
// the address names, and sends on whom the first page does not speak to. The other
// pages send nobody on.
(() => {
  const page = document.documentElement;
  page.classList.add("js");
  const ranges = document.currentScript.dataset.ranges.split(" ");
  const query = new URLSearchParams(location.search);
  const named = [location.hash.slice(1), query.get("range")];
  page.dataset.range = named.find((each) => ranges.includes(each)) ?? ranges[0];
  const links = [...document.querySelectorAll("link[hreflang]")];
  const pages = new Map(links.map((link) => [link.hreflang, link.href]));
  const first = pages.get("x-default");
  pages.delete("x-default");
  if (pages.get(page.lang) !== first) return;

  /** The language that the visitor chose here once, if the browser may tell. */
  const chosen = () => {
    try {
      return localStorage.getItem("language");
    } catch {
      return null;
    }
  };
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  // Whoever speaks none of the site's languages gets English, if it has that.
  const language = chosen() ?? spoken.find((each) => pages.has(each)) ?? "en";
  if (language === page.lang || !pages.has(language)) return;
  // Only the name: the site may be seen at another address than its public one.
  const name = new URL(pages.get(language)).pathname.split("/").pop();
  location.replace(new URL(name + location.search + location.hash, location.href));
})();
