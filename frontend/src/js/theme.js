// Runs before the first paint, so that a chosen theme does not flash.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is closed to us: the system's own preference rules.
}
document.documentElement.classList.add("js");

// Groups of the navigation that were folded or unfolded by hand stay so; set while the page is read, so that nothing jumps.
const KEPT = "folds";
function kept() {
  try {
    return JSON.parse(localStorage.getItem(KEPT)) ?? {};
  } catch {
    return {};
  }
}
const reading = new MutationObserver(() => {
  const folds = kept();
  for (const group of document.querySelectorAll("[data-fold]")) group.open = folds[group.dataset.fold] ?? group.open;
  if (!document.getElementById("main")) return;
  reading.disconnect();
  document.querySelector(".rail [aria-current]")?.scrollIntoView({ block: "nearest" });
});
reading.observe(document, { childList: true, subtree: true });
document.addEventListener("DOMContentLoaded", () => reading.disconnect());

document.addEventListener("click", (event) => {
  const group = event.target.closest?.("[data-fold] > summary")?.parentElement;
  if (!group) return;
  const folds = kept();
  folds[group.dataset.fold] = !group.open; // it turns after this
  for (const twin of document.querySelectorAll(`[data-fold="${group.dataset.fold}"]`)) if (twin !== group) twin.open = !group.open;
  try {
    localStorage.setItem(KEPT, JSON.stringify(folds));
  } catch {
    // Not kept, but shown for this page.
  }
});
