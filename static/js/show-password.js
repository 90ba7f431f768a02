// A box under a password field that shows what is typed: one thumb-sized keyboard, no second try.

for (const label of document.querySelectorAll("[data-show-password]")) {
  const field = document.getElementById(label.dataset.showPassword);
  const box = label.querySelector("input");
  label.hidden = false;
  box.addEventListener("change", () => { field.type = box.checked ? "text" : "password"; });
  // Password managers save fields of type password only.
  field.form.addEventListener("submit", () => { field.type = "password"; });
}
