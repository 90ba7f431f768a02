/** The large answer sheet: what is unanswered, the prediction, and handing in. */

import { drawStrip, paintStrip } from "./frame.js";
import * as words from "./words.js";

/** Opens a dialog; where the browser knows none, in the page with the rest put away. */
export function openDialog(dialog) {
  if (dialog.open) return;
  if (dialog.showModal) return dialog.showModal();
  dialog.setAttribute("open", "");
  showRest(dialog, false);
  scrollTo(0, 0);
}

export function closeDialog(dialog) {
  if (!dialog.open && !dialog.hasAttribute("open")) return;
  if (dialog.close) return dialog.close();
  dialog.removeAttribute("open");
  showRest(dialog, true);
}

function showRest(dialog, isShown) {
  Array.from(document.body.children).forEach((part) => {
    if (part !== dialog) part.hidden = !isShown;
  });
}

/**
 * @param {HTMLDialogElement} dialog
 * @param {{total: number, prediction: string, onPick: (n: number) => void,
 *   onHandIn: (prediction: string) => void, onCancel: () => void,
 *   onPrediction: (text: string) => void}} wishes
 */
export function createSheet(dialog, wishes) {
  const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
  const strip = part("strip");
  const submit = part("submit");
  const submitText = submit.textContent;
  const input = part("prediction");
  const asks = words.predictionOf(input ? input.dataset.target : "");
  let mayBeBlank = false;

  drawStrip(strip, wishes.total, (number) => {
    sheet.close();
    wishes.onPick(number);
  });
  if (input) preparePrediction();
  submit.addEventListener("click", () => {
    if (submit.getAttribute("aria-busy") !== "true" && isPredictionFine()) {
      wishes.onHandIn(input ? input.value.trim() : "");
    }
  });
  part("cancel").addEventListener("click", () => sheet.close());
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    sheet.close();
  });

  function preparePrediction() {
    input.value = wishes.prediction;
    input.addEventListener("input", () => {
      sheet.blame("");
      wishes.onPrediction(input.value);
    });
    input.addEventListener("change", () => {
      const value = asks.read(input.value);
      if (value) input.value = asks.written(value);
    });
  }

  /** A blank prediction is asked about once: the contest is often decided by it. */
  function isPredictionFine() {
    const value = input ? asks.read(input.value) : 0;
    if (Number.isNaN(value)) {
      sheet.blame(asks.wrong);
      return false;
    }
    if (value === null && !mayBeBlank) {
      mayBeBlank = true;
      sheet.blame("Bạn chưa trả lời câu dự đoán. Nếu muốn bỏ trống, hãy bấm “Nộp bài” lần nữa.");
      return false;
    }
    if (input) sheet.blame("");
    return true;
  }

  const sheet = {
    isOpen: () => dialog.open || dialog.hasAttribute("open"),
    open() {
      mayBeBlank = false;
      sheet.tell("");
      sheet.busy(false);
      openDialog(dialog);
      part("title").focus();
    },
    close() {
      wishes.onCancel();
      closeDialog(dialog);
    },
    paint(cells, current, held) {
      paintStrip(strip, cells, current);
      part("summary").textContent = words.beforeHandIn(cells);
      part("key-part").hidden = !cells.some((cell) => cell.isBegun);
      part("key-held").hidden = !cells.some((cell) => cell.isHeld);
      part("key-flag").hidden = !cells.some((cell) => cell.isFlagged);
      part("held").hidden = !held;
      part("held").textContent = `${held} câu đang giữ trên máy này, sẽ được gửi trước khi nộp.`;
    },
    busy(isBusy) {
      submit.textContent = isBusy ? "Đang nộp bài…" : submitText;
      if (isBusy) submit.setAttribute("aria-busy", "true");
      else submit.removeAttribute("aria-busy");
    },
    timer: part("timer"),
    asks,
    /** Says why handing in takes long or did not work; "" takes it away. */
    tell(text) {
      if (part("news").textContent !== text) part("news").textContent = text;
    },
    /** Says what is wrong with the prediction; "" takes it away. */
    blame(text) {
      part("why").textContent = text;
      input.setAttribute("aria-invalid", String(Boolean(text)));
      if (text) input.focus();
    },
  };
  return sheet;
}
