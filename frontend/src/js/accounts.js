// The demonstration's accounts on the login page: one click fills in name and password.
document.addEventListener("click", (event) => {
  const account = event.target.closest("[data-fill-user]");
  const form = account && document.querySelector("form:has([name=password])");
  if (!form) return;
  form.elements.username.value = account.dataset.fillUser;
  form.elements.password.value = account.dataset.fillPassword;
  form.querySelector("button.btn-primary").focus();
});
