// Every wait over 300 ms is seen: the bar at the top, while htmx asks and while the browser fetches another page.
import { phrase } from "./phrases.js";
import { toast } from "./toasts.js";

const PATIENCE = 300;
const LONGEST = 20_000; // then the browser has shown something of its own, or has saved a file
const FILES = "[download], [data-file], .table-export *, [href$='.csv'], [href$='.xlsx']"; // answered without another page
const ANSWER = 30_000;
let running = 0;
let leaving = null;
let timer = null;

function show() {
  const bar = document.getElementById("waiting");
  if (bar) bar.hidden = false;
}

function rest() {
  if (running || leaving) return;
  clearTimeout(timer);
  timer = null;
  const bar = document.getElementById("waiting");
  if (bar) bar.hidden = true;
}

export function begin() {
  running += 1;
  timer ??= setTimeout(show, PATIENCE);
}

export function end() {
  running = Math.max(0, running - 1);
  rest();
}

export function stay() {
  clearTimeout(leaving);
  leaving = null;
  rest();
}

export function leave() {
  clearTimeout(leaving);
  leaving = setTimeout(stay, LONGEST);
  timer ??= setTimeout(show, PATIENCE);
}

// Whether the server answers. The browser's own word is not enough: it says yes behind a dead router, and no on a
// machine without any network that runs the program itself.
export async function reachable() {
  try {
    await fetch(document.body.dataset.alive, { cache: "no-store", signal: AbortSignal.timeout(ANSWER) });
    return true;
  } catch {
    toast(phrase("offline"), "error", "request");
    return false;
  }
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.matches(FILES) || (link.target && link.target !== "_self") || link.origin !== location.origin) return;
  if (link.hash && link.pathname + link.search === location.pathname + location.search) return;
  if (navigator.onLine) {
    leave();
    return;
  }
  // Followed now, the browser would show its own error page instead of this one.
  event.preventDefault();
  if (await reachable()) location.href = link.href;
});

addEventListener("pageshow", stay);
addEventListener("beforeunload", (event) => {
  setTimeout(() => event.defaultPrevented && stay()); // somebody was asked whether to leave, and may have stayed
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") stay();
});
