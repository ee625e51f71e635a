// Nothing typed is lost: drafts per address, a warning before leaving, one sending at a time.
import { phrase } from "./phrases.js";
import { toast } from "./toasts.js";
import { begin, end, leave, reachable } from "./waiting.js";

const FILE = 5000; // the browser does not tell when a file has come
const SKIP = ["password", "file", "hidden", "submit", "button"];
const changed = new WeakSet();

const forms = () => [...document.querySelectorAll("form[data-keep]")];
const path = (form) => `draft:${new URL(form.getAttribute("action") || location.href, location.href).pathname}`;
const key = (form) => path(form) + (form.dataset.keep && `#${form.dataset.keep}`); // several pages of one address are told apart
const fields = (form) => [...form.elements].filter((field) => field.name && !SKIP.includes(field.type) && !("private" in field.dataset));

function store(action) {
  try {
    return action(sessionStorage);
  } catch {
    return null; // Storage is closed or full: the form itself still holds the words.
  }
}

function values(form) {
  return fields(form).map((field) => {
    if (["checkbox", "radio"].includes(field.type)) return [field.name, field.value, field.checked];
    if (field.type === "select-multiple") return [field.name, [...field.selectedOptions].map((one) => one.value)];
    return [field.name, field.value];
  });
}

function put(form, saved) {
  const left = fields(form);
  for (const [name, value, checked] of saved) {
    const at = left.findIndex((field) => field.name === name && (checked === undefined || field.value === value));
    if (at < 0) continue;
    const [field] = left.splice(at, 1);
    if (checked !== undefined) field.checked = checked;
    else if (field.type === "select-multiple") for (const one of field.options) one.selected = value.includes(one.value);
    else field.value = value;
  }
}

function offerBack(form, before) {
  const note = document.createElement("div");
  note.className = "notice notice-info";
  note.setAttribute("role", "status");
  const words = document.createElement("div");
  words.textContent = phrase("restored");
  const drop = document.createElement("button");
  drop.type = "button";
  drop.className = "notice-action";
  drop.textContent = phrase("discard");
  drop.addEventListener("click", () => {
    put(form, before);
    forget(form);
    note.remove();
  });
  note.append(document.createElement("span"), words, drop);
  form.prepend(note);
}

let timer = null;
function forget(form) {
  clearTimeout(timer);
  changed.delete(form);
  store((box) => box.removeItem(key(form)));
}

function start(form) {
  if (form.dataset.began) return;
  form.dataset.began = "1";
  const summary = form.querySelector(".form-errors");
  if (summary) {
    summary.focus();
    changed.add(form);
    return;
  }
  const saved = store((box) => box.getItem(key(form)));
  const before = values(form);
  if (!saved || saved === JSON.stringify(before)) return;
  put(form, JSON.parse(saved));
  changed.add(form);
  offerBack(form, before);
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.matches("[data-keep]")) return;
  changed.add(form);
  clearTimeout(timer);
  timer = setTimeout(() => store((box) => box.setItem(key(form), JSON.stringify(values(form)))), 250);
});

// What is pasted is never cut off without a word: the field takes it all, and says how much it may hold.
document.addEventListener("paste", (event) => {
  const field = event.target;
  const most = field.maxLength;
  if (!field.form || !(most > 0)) return;
  const chosen = (field.selectionEnd ?? 0) - (field.selectionStart ?? 0);
  const length = field.value.length - chosen + (event.clipboardData?.getData("text").length ?? 0);
  if (length <= most) return;
  field.removeAttribute("maxlength");
  toast(phrase("tooLong").replace("{most}", most).replace("{length}", length), "warning", "paste");
});

// Cancelling gives the draft up; in the dialog it closes the dialog.
document.addEventListener("click", (event) => {
  const cancel = event.target.closest("[data-cancels]");
  if (!cancel) return;
  if (cancel.closest("form")) forget(cancel.closest("form"));
  const dialog = cancel.closest("dialog");
  if (!dialog) return;
  event.preventDefault();
  dialog.close();
});

addEventListener("beforeunload", (event) => {
  if (forms().some((form) => changed.has(form) && !form.dataset.sending)) event.preventDefault();
});

const submits = (form) => [...form.elements].filter((one) => one.matches("button:not([type=button])"));
const turn = (button, on) => (on ? button.setAttribute("aria-busy", "true") : button.removeAttribute("aria-busy"));

function busy(form, on, pressed = null) {
  if (on) form.dataset.sending = "1";
  else delete form.dataset.sending;
  const buttons = submits(form);
  const turning = buttons.includes(pressed) ? [pressed] : buttons.filter((one) => one.matches(".btn-primary, .btn-error"));
  for (const button of buttons) {
    button.disabled = on;
    turn(button, on && turning.includes(button));
  }
}

// A plain form goes when the server has just answered: sent into a dead line, the browser would show its own error page
// and the words, or the chosen file, would be gone. Blocked after its values have been taken, freed when the page is
// shown again from the cache.
const answered = new WeakSet();
document.addEventListener("submit", async (event) => {
  const { target: form, submitter } = event;
  if (event.defaultPrevented || form.method === "dialog") return;
  const post = form.method === "post";
  if (answered.delete(form) || (!post && navigator.onLine)) {
    leave();
    if (post) setTimeout(() => busy(form, true, submitter));
    if ("file" in form.dataset) setTimeout(() => busy(form, false), FILE); // this page stays
    return;
  }
  event.preventDefault();
  if (form.dataset.sending) return;
  form.dataset.sending = "1";
  const shown = submitter ?? submits(form)[0];
  if (shown) turn(shown, true); // not disabled yet: its name and value are sent too
  begin();
  const sound = await reachable();
  end();
  if (sound) {
    answered.add(form);
    form.requestSubmit(submitter);
  }
  if (!sound || answered.delete(form)) busy(form, false); // no answer, or a field was not as it must be
  if (!post) delete form.dataset.sending;
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach((form) => busy(form, false)));

const sender = (event) => {
  const form = event.detail.ctx?.sourceElement;
  return form instanceof HTMLFormElement && form.method === "post" ? form : null;
};
document.addEventListener("htmx:before:request", (event) => {
  const form = sender(event);
  if (form) busy(form, true, event.detail.ctx.sourceEvent?.submitter);
});
document.addEventListener("htmx:after:request", (event) => {
  const form = sender(event);
  const { ctx } = event.detail;
  if (!form) return;
  const next = ctx.hx.redirect ?? (ctx.response.raw.redirected ? ctx.response.raw.url : "");
  if (!next) return;
  const login = document.body.dataset.login;
  // Signed out meanwhile: the draft waits for the return.
  if (login && new URL(next, location.href).pathname === login) toast(phrase("signedOut"), "warning", "request");
  else forget(form);
  form.dataset.leaving = "1";
});
document.addEventListener("htmx:finally:request", (event) => {
  const form = sender(event);
  if (form && !form.dataset.leaving) busy(form, false);
});

// Where everything has arrived, the drafts of this address and of its pages are no longer needed.
function arrived() {
  if (!document.querySelector("[data-arrived]")) return;
  const own = `draft:${location.pathname}`;
  store((box) => Object.keys(box).filter((name) => name === own || name.startsWith(`${own}#`)).forEach((name) => box.removeItem(name)));
}

document.addEventListener("DOMContentLoaded", () => {
  arrived();
  forms().forEach(start);
});
document.addEventListener("htmx:after:swap", () => setTimeout(() => forms().forEach(start)));
if (document.readyState !== "loading") {
  arrived();
  forms().forEach(start);
}
