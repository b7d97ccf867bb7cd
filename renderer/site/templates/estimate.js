// Between two readings the number goes on at the pace of the last hours. It is said to
// be an estimate; what was read is one press or a look away, and is what is read aloud.
const guessing = document.querySelector(".guessing");
const guess = document.createElement("span");
guess.className = "guess";
guess.setAttribute("aria-hidden", "true");
guess.append(document.createElement("small"), document.createElement("span"));
guess.lastChild.className = "number";
guess.hidden = true;
guess.firstChild.textContent = guessing.dataset.about;
document.querySelector(".count data").after(guess);
let wantsGuess = recall("localStorage", "guess") !== "off";
const still = matchMedia("(prefers-reduced-motion: reduce)");

/** How many have come since the last reading at its pace, or null if nobody can say. */
const risen = (pace) => {
  const ms = Date.now() - observed();
  return pace > 0 && ms >= 0 && ms < STALE_MS && !still.matches ? (ms * pace) / HOUR_MS : null;
};

const isSelected = () => !getSelection().isCollapsed && getSelection().containsNode(guess, true);

const tellGuess = () => {
  clearTimeout(tellGuess.next);
  const read = document.querySelector(".count data");
  const pace = Number(read.dataset.pace);
  const rise = risen(pace);
  const isShown = rise !== null && wantsGuess && !guessing.matches(":focus-visible");
  guessing.classList.toggle("possible", rise !== null);
  guessing.setAttribute("aria-pressed", String(wantsGuess));
  showGuess(isShown);
  if (!isShown) return;
  const next = ((1 - (rise % 1)) * HOUR_MS) / pace;
  tellGuess.next = setTimeout(tellGuess, Math.min(Math.max(next, 1000), MINUTE_MS));
  // A new number would not be selected.
  if (isSelected()) return;
  const count = BigInt(read.value) + BigInt(Math.floor(rise));
  // As in the page: a number that fills its line goes on in the next one.
  guess.lastChild.innerHTML = numbers.format(count).replaceAll(",", ",<wbr>");
};

const showGuess = (isShown) => {
  if (guess.hidden === !isShown) return;
  guess.hidden = !isShown;
  // The time is that of what was read, not of the estimate.
  const time = document.querySelector(".as-of time");
  const [before, after] = guessing.dataset[isShown ? "lastRead" : "asOf"].split("{time}");
  time.parentNode.replaceChildren(before, time, after);
  document.querySelector(".count data").classList.toggle("hidden", isShown);
};

for (const event of ["focusin", "focusout"]) guessing.addEventListener(event, tellGuess);
for (const each of [guess, guessing]) {
  each.addEventListener("click", () => {
    // Who drags over the number wants to copy it.
    if (each === guess && isSelected()) return;
    wantsGuess = !wantsGuess;
    remember("localStorage", "guess", wantsGuess ? "on" : "off");
    tellGuess();
  });
}
addEventListener("beforeprint", () => showGuess(false));
addEventListener("afterprint", tellGuess);
addEventListener("renewed", tellGuess);
still.addEventListener("change", tellGuess);
document.addEventListener("visibilitychange", tellGuess);
tellGuess();
