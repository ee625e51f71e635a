// What the browser finds wrong with a field is said below the field, in the page's language, and stays until the field
// is put right: its own bubbles speak the browser's language, go by themselves and tell one field at a time.
import { phrase } from "./phrases.js";

const numbers = (words, number) => words.replace("{n}", number);

function missing(field) {
  if (field.type === "file") return phrase("needFile");
  if (field.type === "checkbox") return phrase("needTick");
  return phrase(field.type === "radio" || field.localName === "select" ? "needChoice" : "needText");
}

function said(field) {
  const is = field.validity;
  if (is.customError) return field.validationMessage;
  if (is.valueMissing) return missing(field);
  if (is.typeMismatch) return phrase(field.type === "email" ? "wrongEmail" : "wrongUrl");
  if (is.badInput) return phrase("wrongNumber");
  if (is.stepMismatch) return phrase(Number(field.step || 1) === 1 ? "wrongWhole" : "wrongNumber");
  if (is.rangeUnderflow) return numbers(phrase("tooSmall"), field.min);
  if (is.rangeOverflow) return numbers(phrase("tooBig"), field.max);
  if (is.tooShort) return numbers(phrase("tooShort"), field.minLength);
  return field.title || field.validationMessage;
}

const icon = () => document.querySelector("svg.icon use")?.getAttribute("href")?.split("#")[0] ?? "";

const linked = (field) => (field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);

function tell(field, box, text) {
  clear(field, box);
  const words = document.createElement("p");
  words.className = "wrong";
  words.id = `${field.id || field.name}_told`;
  words.dataset.told = "";
  words.innerHTML = `<svg class="icon" aria-hidden="true"><use href="${icon()}#error"></use></svg>`;
  words.append(text);
  box.append(words);
  field.setAttribute("aria-describedby", [...linked(field), words.id].join(" "));
}

function clear(field, box) {
  const words = box?.querySelector(".wrong[data-told]");
  if (!words) return;
  words.remove();
  field.setAttribute("aria-describedby", linked(field).filter((id) => id !== words.id).join(" "));
}

document.addEventListener(
  "invalid",
  (event) => {
    const field = event.target;
    const box = field.closest(".field");
    if (!box || !field.getClientRects().length) return; // nowhere to say it: the browser does
    event.preventDefault();
    tell(field, box, said(field));
    field.setAttribute("aria-invalid", "true");
    if ([...field.form.elements].find((one) => one.willValidate && !one.validity.valid) === field) field.focus();
  },
  true,
);

for (const name of ["input", "change"]) {
  document.addEventListener(name, (event) => {
    const field = event.target;
    const box = field.closest?.(".field");
    if (!box?.querySelector(".wrong[data-told]") || !field.validity?.valid) return;
    clear(field, box);
    if (!box.querySelector(".wrong")) field.removeAttribute("aria-invalid");
  });
}
