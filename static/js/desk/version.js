/** A version's page: the question as on the phone, and the quoted words brought into view. */

import { preview } from "./preview.js";

const item = JSON.parse(document.getElementById("item").textContent);
preview(document.querySelector("[data-preview]"), item);

const mark = document.querySelector(".official mark");
if (mark) {
  const box = mark.closest(".official");
  const below = mark.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop = below - box.clientHeight / 3;
}
