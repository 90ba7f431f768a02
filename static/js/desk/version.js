/** A version's page: the question as on the phone. */

import { preview } from "./preview.js";

const item = JSON.parse(document.getElementById("item").textContent);
preview(document.querySelector("[data-preview]"), item);
