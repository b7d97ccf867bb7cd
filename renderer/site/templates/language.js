// Runs before anything is shown: tells the style sheet that scripts run, and sends
// on whom the first page does not speak to. The English page sends nobody on.
(() => {
  const page = document.documentElement;
  page.classList.add("js");
  if (page.lang !== "ja") return;

  /** The language that the visitor chose here once, if the browser may tell. */
  const chosen = () => {
    try {
      return localStorage.getItem("language");
    } catch {
      return null;
    }
  };
  const spoken = navigator.languages.map((tag) => tag.slice(0, 2).toLowerCase());
  const language = chosen() ?? spoken.find((each) => /^(ja|en)$/.test(each)) ?? "en";
  const other = document.querySelector(`link[hreflang="${CSS.escape(language)}"]`);
  if (language === page.lang || !other) return;
  // Only the name: the site may be seen at another address than its public one.
  const name = new URL(other.href).pathname.split("/").pop();
  location.replace(new URL(name + location.search + location.hash, location.href));
})();
