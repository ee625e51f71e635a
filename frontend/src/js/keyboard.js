// "/" search, "n" new, "j" and "k" move along a list, Enter opens, Ctrl+Enter sends a form.
// A button with data-hotkey is pressed by its letter.
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
};

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches("textarea")) {
    event.preventDefault();
    event.target.form?.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const button = /^[a-z]$/.test(event.key) && document.querySelector(`[data-hotkey="${event.key}"]`);
  if (button) button.click();
  if (button || KEYS[event.key]?.()) event.preventDefault();
});

// While an input method is choosing characters, Enter belongs to it and never sends the form.
document.addEventListener(
  "keydown",
  (event) => {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) event.stopPropagation();
  },
  true,
);
