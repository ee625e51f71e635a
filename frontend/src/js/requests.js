// What holds for every htmx request: token, waiting bar, failures said aloud, redirects followed by the page itself.
import { phrase } from "./phrases.js";
import { toast } from "./toasts.js";

const PATIENCE = 300;
const SWAPPED_ERRORS = [409, 422];
let running = 0;
let timer = null;

function bar(shown) {
  const element = document.getElementById("waiting");
  if (element) element.hidden = !shown;
}

document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token;
});

document.addEventListener("htmx:before:request", () => {
  running += 1;
  timer ??= setTimeout(() => bar(true), PATIENCE);
});

document.addEventListener("htmx:finally:request", () => {
  running = Math.max(0, running - 1);
  if (running) return;
  clearTimeout(timer);
  timer = null;
  bar(false);
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const { status, raw } = ctx.response;
  if (ctx.hx.redirect) return;
  if (raw.redirected) {
    // The answer is another page: go there instead of pouring it into a part of this one.
    event.preventDefault();
    location.href = raw.url;
  } else if (status >= 400 && !SWAPPED_ERRORS.includes(status)) {
    event.preventDefault();
    toast(phrase(`status${status}`) || phrase(status >= 500 ? "status500" : "status400"), "error", "request");
  }
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail.ctx?.response) return;
  if (event.detail.ctx) toast(phrase("offline"), "error", "request");
});
