/** On the result page: the receipt to copy, and a word about answers that came too late. */

import { notTaken } from "./queue.js";
import { openShelf } from "./storage.js";
import { tooLate } from "./words.js";

const attempt = JSON.parse(document.getElementById("attempt").textContent);

/** Answers this device still held when the attempt closed would otherwise vanish silently. */
function explainLateAnswers() {
  const shelf = openShelf(attempt.id);
  const queue = shelf.loadQueue();
  const lost = queue ? notTaken(queue, attempt.answers) : [];
  if (lost.length) {
    document.getElementById("late").hidden = false;
    document.getElementById("late-text").textContent = tooLate(lost);
  }
  shelf.clear();
}

function offerCopy() {
  const button = document.getElementById("copy");
  if (!button || !navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(document.getElementById("receipt").textContent.trim());
      document.getElementById("copied").textContent = "Đã sao chép mã.";
    } catch (fault) {
      document.getElementById("copied").textContent = "Chưa sao chép được; hãy chạm giữ vào mã.";
    }
  });
}

explainLateAnswers();
offerCopy();
