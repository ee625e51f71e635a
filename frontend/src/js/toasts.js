// Short messages in the corner. Good news leaves by itself, bad news stays until it is closed.
import { phrase } from "./phrases.js";

const STAY = 6000;

export function toast(text, tone = "info", key = "") {
  const box = document.getElementById("toasts");
  if (!box) return;
  if (key) box.querySelector(`[data-key="${key}"]`)?.remove();
  const note = document.createElement("div");
  note.className = `notice notice-${tone}`;
  note.dataset.tone = tone;
  note.dataset.key = key;
  const spacer = document.createElement("span");
  const words = document.createElement("div");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "notice-close";
  close.setAttribute("aria-label", phrase("close"));
  close.textContent = "✕";
  note.append(spacer, words, close);
  // what lies outside an open dialog is below its veil, and no click reaches it
  ([...document.querySelectorAll("dialog[open]")].at(-1) ?? document.body).append(box);
  box.append(note);
  arm(note);
}

function arm(note) {
  if (!["error", "danger", "warning"].includes(note.dataset.tone)) setTimeout(() => note.remove(), STAY);
}

export function startToasts() {
  document.addEventListener(
    "close",
    (event) => {
      const box = document.getElementById("toasts");
      if (event.target.contains(box)) document.body.append(box);
    },
    true,
  );
  document.querySelectorAll("#toasts > .notice").forEach(arm);
  document.addEventListener("click", (event) => event.target.closest(".notice-close")?.closest(".notice")?.remove());
}
