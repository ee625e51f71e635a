// Dates and times in the page's language. Browsers draw their own fields in their own language, so here these become
// fields of text that understand 2026-11-28, 11-28, 20261128, 2026年11月28日 or 今天, with a calendar beside them: by
// its button, or with the arrow down. Without scripts the native fields stay.
import { phrase } from "./phrases.js";

const NATIVE = "input[type=date], input[type=datetime-local], input[type=time]";
const two = (number) => String(number).padStart(2, "0");
const iso = (day) => `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
const language = () => document.documentElement.lang;

function inDays(days) {
  const day = new Date();
  day.setDate(day.getDate() + days);
  return iso(day);
}

function dayOf(text) {
  const far = phrase("days").split(" ").indexOf(text);
  if (far >= 0) return inDays(far - 1);
  const whole = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?$/.exec(text);
  const short = /^(\d{1,2})[-/.月](\d{1,2})日?$/.exec(text);
  const parts = whole?.slice(1) ?? (short ? [new Date().getFullYear(), ...short.slice(1)] : null);
  if (!parts) return null;
  const [year, month, date] = parts.map(Number);
  const day = new Date(2000, month - 1, date);
  day.setFullYear(year, month - 1, date);
  return day.getMonth() === month - 1 && day.getDate() === date ? `${String(year).padStart(4, "0")}-${two(month)}-${two(date)}` : null;
}

function timeOf(text) {
  const parts = /^(\d{1,2})(?:[:：时点]?(\d{2})分?|[时点]?)$/.exec(text);
  if (!parts) return null;
  const [hour, minute] = [Number(parts[1]), Number(parts[2] ?? 0)];
  return hour < 24 && minute < 60 ? `${two(hour)}:${two(minute)}` : null;
}

// What was typed in the one spelling, "" for nothing, null for what is no such date.
export function read(kind, typed) {
  const text = typed.normalize("NFKC").trim();
  if (!text) return "";
  if (kind === "date") return dayOf(text.replaceAll(/\s/g, ""));
  if (kind === "time") return timeOf(text.replaceAll(/\s/g, ""));
  const [day, ...rest] = text.split(/[T\s]+/);
  const found = [dayOf(day), timeOf(rest.join("").replace(/:\d\d(\.\d+)?$/, (tail) => (rest.join("").split(":").length > 2 ? "" : tail)))];
  return found.includes(null) ? null : found.join(" ");
}

function icon(name) {
  const sprite = document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";
  return `<svg class="icon" aria-hidden="true"><use href="${sprite}#${name}"></use></svg>`;
}

function enhance(input) {
  const kind = input.type;
  const value = input.value;
  input.dataset.dated = kind;
  input.type = "text";
  input.value = value.replace("T", " ");
  input.autocomplete = "off";
  input.inputMode = "numeric";
  input.placeholder = phrase(kind === "date" ? "dateShape" : kind === "time" ? "timeShape" : "momentShape");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-haspopup", "dialog");
  input.setAttribute("aria-expanded", "false");
  const box = document.createElement("span");
  box.className = "dated";
  input.before(box);
  const button = document.createElement("button");
  button.type = "button";
  button.tabIndex = -1; // the field itself opens it with the arrow down
  button.setAttribute("aria-hidden", "true");
  button.innerHTML = icon(kind === "time" ? "clock" : "calendar");
  box.append(input, button);
}

export function enhanceAll(root = document) {
  for (const input of root.querySelectorAll(NATIVE)) enhance(input);
}

function put(input, value) {
  input.value = value;
  input.setCustomValidity("");
  for (const name of ["input", "change"]) input.dispatchEvent(new Event(name, { bubbles: true }));
}

// While a date is half typed nobody is told: a list would be asked for what is no date yet.
document.addEventListener(
  "input",
  (event) => {
    const kind = event.target.dataset?.dated;
    if (!kind) return;
    event.target.setCustomValidity("");
    if (read(kind, event.target.value) === null) event.stopImmediatePropagation();
  },
  true,
);
document.addEventListener(
  "change",
  (event) => {
    const kind = event.target.dataset?.dated;
    if (!kind) return;
    const found = read(kind, event.target.value);
    if (found !== null) event.target.value = found;
    event.target.setCustomValidity(found === null ? phrase("dateWrong") : "");
  },
  true,
);

// One pop-up for all fields; it lies where its field lies, because what is outside an open dialog cannot be reached.
let popup = null;
let owner = null;

function build() {
  popup = document.createElement("div");
  popup.className = "calendar-pop";
  popup.popover = "auto";
  popup.id = "calendar-pop";
  popup.setAttribute("role", "dialog");
  popup.setAttribute("aria-label", phrase("pickDate"));
  const choice = (name, most, step) =>
    `<label><span>${phrase(name)}</span><select data-part="${name}">${Array.from({ length: most / step }, (_none, at) => `<option value="${two(at * step)}">${two(at * step)}</option>`).join("")}</select></label>`;
  popup.innerHTML = `
    <calendar-date class="cally" locale="${language()}" first-day-of-week="1" format-weekday="narrow" show-outside-days>
      <span slot="previous" class="calendar-turn">${icon("previous")}<span class="sr-only">${phrase("previousMonth")}</span></span>
      <span slot="next" class="calendar-turn">${icon("next")}<span class="sr-only">${phrase("nextMonth")}</span></span>
      <div slot="heading" class="calendar-head">
        <calendar-select-year max-years="121"><span slot="label" class="sr-only">${phrase("year")}</span></calendar-select-year>
        <calendar-select-month><span slot="label" class="sr-only">${phrase("month")}</span></calendar-select-month>
      </div>
      <calendar-month></calendar-month>
    </calendar-date>
    <div class="calendar-time">${choice("hour", 24, 1)}${choice("minute", 60, 5)}</div>
    <div class="calendar-foot">
      <button type="button" class="btn btn-sm btn-plain" data-now></button>
      <button type="button" class="btn btn-sm btn-ghost" data-empty>${phrase("clear")}</button>
      <button type="button" class="btn btn-sm btn-primary" data-take>${phrase("done")}</button>
    </div>`;
  const source = document.createElement("script");
  source.src = document.body.dataset.calendar;
  document.head.append(source);
  popup.querySelector("calendar-date").addEventListener("change", take);
  popup.addEventListener("change", (event) => event.target.matches("select[data-part]") && take(event));
  popup.addEventListener("click", press);
  popup.addEventListener("toggle", (event) => {
    if (event.newState !== "closed" || !owner) return;
    owner.setAttribute("aria-expanded", "false");
    owner.removeAttribute("aria-controls");
  });
}

const part = (name) => popup.querySelector(`select[data-part=${name}]`);
const clock = () => `${part("hour").value}:${part("minute").value}`;

function take(event) {
  const day = popup.querySelector("calendar-date").value || inDays(0);
  const kind = owner.dataset.dated;
  put(owner, kind === "date" ? day : kind === "time" ? clock() : `${day} ${clock()}`);
  if (kind === "date" && event?.target.localName === "calendar-date") close();
}

function press(event) {
  const button = event.target.closest("button");
  if (!button) return;
  const now = new Date();
  if ("now" in button.dataset) {
    const time = `${two(now.getHours())}:${two(now.getMinutes())}`;
    put(owner, { date: inDays(0), time, "datetime-local": `${inDays(0)} ${time}` }[owner.dataset.dated]);
  }
  if ("empty" in button.dataset) put(owner, "");
  if ("take" in button.dataset && !owner.value) take();
  if (["now", "empty", "take"].some((name) => name in button.dataset)) close();
}

function close() {
  popup.hidePopover();
  owner.focus();
}

function place() {
  const field = owner.getBoundingClientRect();
  const [width, height] = [popup.offsetWidth, popup.offsetHeight];
  const below = field.bottom + height + 8 < innerHeight || field.top < height + 8;
  popup.style.insetInlineStart = `${Math.max(8, Math.min(field.left, innerWidth - width - 8))}px`;
  popup.style.insetBlockStart = `${Math.max(8, Math.min(below ? field.bottom + 4 : field.top - height - 4, innerHeight - height - 8))}px`;
}

async function open(input) {
  if (!popup) build();
  owner = input;
  const kind = input.dataset.dated;
  (input.closest("dialog") ?? document.body).append(popup);
  const value = read(kind, input.value) || "";
  const time = kind === "time" ? value : value.split(" ")[1];
  const calendar = popup.querySelector("calendar-date");
  popup.dataset.kind = kind;
  popup.querySelector("[data-now]").textContent = phrase(kind === "date" ? "today" : "now");
  popup.querySelector("[data-empty]").hidden = input.required;
  popup.querySelector("[data-take]").hidden = kind === "date";
  const [hour, minute] = (time ?? "09:00").split(":");
  if (![...part("minute").options].some((one) => one.value === minute)) part("minute").add(new Option(minute, minute));
  part("hour").value = hour;
  part("minute").value = minute;
  popup.showPopover();
  input.setAttribute("aria-expanded", "true");
  input.setAttribute("aria-controls", popup.id);
  if (kind !== "time") {
    await customElements.whenDefined("calendar-date");
    calendar.min = input.min;
    calendar.max = input.max;
    calendar.value = value.split(" ")[0];
    calendar.focusedDate = calendar.value || inDays(0);
    await calendar.updated;
  }
  place();
  requestAnimationFrame(() => {
    place();
    if (kind === "time") part("hour").focus();
    else calendar.focus();
  });
}

document.addEventListener("click", (event) => {
  const button = event.target.closest(".dated > button");
  if (!button) return;
  event.preventDefault();
  const input = button.previousElementSibling;
  if (!input.disabled && !input.readOnly) open(input);
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || !event.target.dataset?.dated || event.target.readOnly) return;
  event.preventDefault();
  open(event.target);
});

document.addEventListener("htmx:after:swap", () => enhanceAll());
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => enhanceAll());
else enhanceAll();
