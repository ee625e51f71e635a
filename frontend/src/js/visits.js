// The visit screen by keyboard: 1–5 choose the score, Ctrl+Enter saves and goes on. And copying a link.
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
  score.dispatchEvent(new Event("input", { bubbles: true }));
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
