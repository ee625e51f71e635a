// A button that prints the page it stands on.
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-prints]")) window.print();
});

// A button that copies the text of another element, and says so.
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copies]");
  if (!button) return;
  await navigator.clipboard?.writeText(document.querySelector(button.dataset.copies).innerText);
  button.classList.add("is-done");
});
