// "/" search, "n" new, "j" and "k" (in a list the arrows too) move, Enter opens, "x" ticks, "?" tells all this.
// Ctrl+Enter sends a form. Keys without Ctrl can be switched off in the dialog that "?" opens, for those who speak to
// their computer. Arrows are left alone until a row has the focus: screen readers and the page's own scrolling use them.
// A button with data-hotkey is pressed by its letter.
const OFF = "keys-off";

function typing(element) {
  return element.closest("input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable=true], dialog[open]") !== null;
}

function moveRow(step) {
  const rows = [...document.querySelectorAll("#table tbody tr")];
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1)];
  const link = next.querySelector("a.row-link");
  link?.focus();
  next.scrollIntoView({ block: "nearest" });
  return Boolean(link);
}

function rowInFocus() {
  return document.activeElement?.closest("#table tbody tr") ?? null;
}

function tick() {
  const box = rowInFocus()?.querySelector("input[name=pk]");
  box?.click();
  return Boolean(box);
}

function tell() {
  const dialog = document.getElementById("keys");
  if (dialog && !dialog.open) dialog.showModal();
  return Boolean(dialog);
}

const KEYS = {
  "/": () => {
    const box = document.querySelector("[data-list-search]") ?? document.querySelector("[data-global-search]");
    box?.focus();
    box?.select();
    return Boolean(box);
  },
  n: () => {
    const create = document.querySelector("[data-create]");
    create?.click();
    return Boolean(create);
  },
  j: () => moveRow(1),
  k: () => moveRow(-1),
  ArrowDown: () => rowInFocus() !== null && moveRow(1),
  ArrowUp: () => rowInFocus() !== null && moveRow(-1),
  x: tick,
  "?": tell,
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.preventDefault();
    event.target.form?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key !== "?" && localStorage.getItem(OFF)) return;
  const button = /^[a-z]$/i.test(event.key) && document.querySelector(`[data-hotkey="${event.key.toLowerCase()}"]`);
  if (button) button.click();
  if (button || KEYS[event.key]?.()) event.preventDefault();
});

document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-keys-off]")) return;
  if (event.target.checked) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
});

for (const box of document.querySelectorAll("[data-keys-off]")) box.checked = !localStorage.getItem(OFF);

// While an input method is choosing characters, Enter belongs to it and never sends the form.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  },
  true,
);
