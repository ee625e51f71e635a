// A word from a list goes into the text field beside it, where the cursor stands.
document.addEventListener("click", (event) => {
  const word = event.target.closest("[data-inserts]");
  const area = word?.closest(".field")?.querySelector("textarea");
  if (!area) return;
  area.setRangeText(word.dataset.inserts, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
  area.focus();
});
