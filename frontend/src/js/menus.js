// Menus made of <details>, and dialogs opened by name.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu-pop[open]")) {
    if (!menu.contains(event.target) || event.target.closest(".menu-panel a")) menu.open = false;
  }
  const opener = event.target.closest("[data-opens]");
  if (opener) document.getElementById(opener.dataset.opens)?.showModal();
  const closer = event.target.closest("[data-closes]");
  if (closer) closer.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && event.target.hasAttribute("data-light")) event.target.close();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu-pop[open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A verb's page is shown in the dialog as soon as it has been fetched; without scripts the link leads to the page.
document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx?.target;
  if (target?.id !== "dialog-body" || !target.firstElementChild) return;
  const dialog = target.closest("dialog");
  const title = dialog.querySelector("h1");
  if (title) {
    title.id ||= "dialog-title";
    dialog.setAttribute("aria-labelledby", title.id);
  }
  if (!dialog.open) dialog.showModal();
});

// What was shown goes with the dialog; a form's draft is kept by forms.js.
document.addEventListener(
  "close",
  (event) => {
    if (event.target.id === "dialog") document.getElementById("dialog-body").replaceChildren();
  },
  true,
);

// Choosing a language or any other one-field form sends itself.
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});
