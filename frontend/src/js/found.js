// The list under the search box: arrows move through it, Escape and leaving close it.
function place() {
  return document.getElementById("found-live");
}

function move(step) {
  const links = [...place().querySelectorAll("a")];
  if (!links.length) return false;
  const next = links.indexOf(document.activeElement) + step;
  if (next < 0) document.querySelector("[data-global-search]").focus();
  else links[Math.min(next, links.length - 1)].focus();
  return true;
}

document.addEventListener("keydown", (event) => {
  const box = event.target.closest?.(".searchbox");
  if (!box || event.isComposing || !place()?.firstElementChild) return;
  if (event.key === "Escape") {
    place().replaceChildren();
    box.querySelector("[data-global-search]").focus();
  } else if ((event.key === "ArrowDown" && move(1)) || (event.key === "ArrowUp" && move(-1))) {
    event.preventDefault();
  }
});

for (const name of ["click", "focusin"]) {
  document.addEventListener(name, (event) => {
    if (!event.target.closest?.(".searchbox")) place()?.replaceChildren();
  });
}
