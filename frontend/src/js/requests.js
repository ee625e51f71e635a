// What holds for every htmx request: token, one at a time, failures said aloud, redirects followed by the page itself.
import { phrase } from "./phrases.js";
import { toast } from "./toasts.js";
import { begin, end, leave } from "./waiting.js";

const SWAPPED_ERRORS = [409, 422];
const asking = new WeakSet(); // what waits for its answer

document.addEventListener("htmx:config:request", (event) => {
  const token = document.querySelector("input[name=csrfmiddlewaretoken]")?.value;
  if (token) event.detail.ctx.request.headers["X-CSRFToken"] = token;
});

// A second click on what is still waiting asks nothing more; elements that say hx-sync have their own rule. A button is
// blocked, as forms.js does with those of a form.
document.addEventListener("htmx:config:request", (event) => {
  const source = event.detail.ctx.sourceElement;
  if (asking.has(source) && !source.closest("[hx-sync]")) event.preventDefault();
});

function mark({ sourceElement: source, target }, on) {
  if (on) asking.add(source);
  else asking.delete(source);
  if (source instanceof HTMLButtonElement) source.disabled = on;
  for (const one of [source.matches("a, button") && source, target?.id === "table" && target]) {
    if (!one) continue;
    if (on) one.setAttribute("aria-busy", "true");
    else one.removeAttribute("aria-busy");
  }
}

document.addEventListener("htmx:before:request", (event) => {
  mark(event.detail.ctx, true);
  begin();
});

document.addEventListener("htmx:finally:request", (event) => {
  mark(event.detail.ctx, false);
  end();
});

document.addEventListener("htmx:after:request", (event) => {
  const { ctx } = event.detail;
  const { status, raw } = ctx.response;
  if (ctx.hx.redirect) {
    leave();
    return;
  }
  if (raw.redirected) {
    // The answer is another page: go there instead of pouring it into a part of this one.
    event.preventDefault();
    leave();
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
