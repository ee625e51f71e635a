// The screens of a visit by keyboard: 1–5 choose the score, Ctrl+Enter saves and goes on. And copying a link.
import { toast } from "./toasts.js";

const scoring = () => document.querySelector("form[data-score-keys]");
const typing = (element) => element.closest("input:not([type=radio]), textarea, select, [contenteditable=true], dialog[open]");

document.addEventListener("keydown", (event) => {
  const form = scoring();
  if (!form || event.isComposing || event.altKey) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    // In a text field keyboard.js sends the field's own form.
    if (event.target.matches("textarea") || event.target.closest("dialog[open]")) return;
    event.preventDefault();
    form.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || typing(event.target)) return;
  const score = form.querySelector(`input[name=satisfaction][value="${/^[1-5]$/.test(event.key) ? event.key : "none"}"]`);
  if (!score) return;
  event.preventDefault();
  score.checked = true;
  score.focus();
  for (const kind of ["input", "change"]) score.dispatchEvent(new Event(kind, { bubbles: true }));
});

// The desk: Enter saves and goes on (in the words too, Shift+Enter is a new line there), S writes the words, Esc leaves
// them, L asks for the time. Enter of an input method never comes this far (keyboard.js).
document.addEventListener("keydown", (event) => {
  const desk = document.querySelector("form[data-desk]");
  if (!desk || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const field = event.target.closest("input:not([type=radio]), textarea, select");
  if (event.key === "Escape" && field) field.blur();
  if (event.key === "Enter" && !event.shiftKey && !event.repeat && !event.target.closest("a, button, summary")) {
    event.preventDefault();
    desk.requestSubmit();
  }
  if (event.key.toLowerCase() === "s" && !field) {
    event.preventDefault();
    desk.elements.said.focus();
  }
});

document.addEventListener("change", (event) => {
  const desk = event.target.closest("form[data-desk]");
  if (!desk || event.target.type !== "radio") return;
  if (event.target.name !== "outcome") desk.querySelector("input[name=outcome][value=answered]").checked = true;
  else if (event.target.value === "later") desk.elements.next_at.focus();
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  const source = document.getElementById(button.dataset.copies);
  try {
    await navigator.clipboard.writeText(source.innerText.trim());
    toast(button.dataset.copied, "success", "copied");
  } catch {
    getSelection().selectAllChildren(source); // No clipboard without a secure page: at least it is marked.
  }
});

// Fields that only some choices ask for: data-when="occasion=period,once" shows them for these, without scripts for all.
function fit() {
  for (const field of document.querySelectorAll("[data-when]")) {
    const [name, values] = field.dataset.when.split("=");
    const chosen = field.closest("form")?.elements[name];
    const box = field.closest("fieldset, .field");
    if (chosen && box) box.hidden = !values.split(",").includes(chosen.value);
  }
}
document.addEventListener("change", fit);
document.addEventListener("htmx:after:swap", fit);
document.addEventListener("DOMContentLoaded", fit);
if (document.readyState !== "loading") fit();
