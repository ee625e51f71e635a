// A choice that needs nothing more sends its form at once; "custom" waits for its dates.
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-sends]") && event.target.value !== "custom") event.target.form.requestSubmit();
});
