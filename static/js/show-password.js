// One box that shows what is typed in the password fields of its form: small keyboards, few tries.

for (const label of document.querySelectorAll("[data-show-password]")) {
  const box = label.querySelector("input");
  const { form } = box;
  const fields = form.querySelectorAll("input[type=password]");
  const show = (type) => { for (const field of fields) field.type = type; };
  label.hidden = false;
  box.addEventListener("change", () => show(box.checked ? "text" : "password"));
  // Password managers save fields of type password only.
  form.addEventListener("submit", () => show("password"));
}
