/**
 * The essay: one screen after the last question. What is typed is kept on this device at once
 * and sent a few seconds after the last key, and before handing in; the last text counts.
 */

const PAUSE_MS = 4000;
const RETRY_MS = 8000;

/**
 * @param {HTMLElement} box
 * @param {{text: string, shelf: any, transport: any, isOver: () => boolean}} given
 *   text: as the server has it
 */
export function createEssay(box, { text, shelf, transport, isOver }) {
  const area = box.querySelector("textarea");
  const news = box.querySelector("[data-part=essay-news]");
  const size = box.querySelector("[data-part=essay-size]");
  let stored = text;
  let timer = 0;
  let sending = null;

  area.value = shelf.loadEssay() ?? text;
  paint();
  if (area.value !== stored) later(0);
  area.addEventListener("input", () => {
    shelf.saveEssay(area.value);
    later(PAUSE_MS);
    paint();
  });

  function paint(problem = "") {
    size.textContent = `${area.value.length.toLocaleString("vi-VN")} ký tự`;
    const state = area.value === stored ? "Đã lưu" : "Đang giữ trên máy này, sẽ tự gửi";
    news.textContent = problem || (area.value ? state : "");
    area.readOnly = isOver();
  }

  function later(ms) {
    clearTimeout(timer);
    timer = setTimeout(() => send(), ms);
  }

  async function send() {
    clearTimeout(timer);
    if (sending) await sending;
    if (area.value === stored) return true;
    const leaving = area.value;
    sending = transport.essay(leaving);
    const reply = await sending;
    sending = null;
    if (reply.kind === "ok") stored = leaving;
    else if (reply.kind === "offline" || reply.kind === "busy") later(RETRY_MS);
    paint(reply.kind === "invalid" ? reply.body.error.fields.essay : "");
    return area.value === stored;
  }

  return {
    isEmpty: () => !area.value.trim(),
    /** @returns {Promise<boolean>} whether the server now has the text as it stands */
    send,
    paint,
    show(isShown) {
      box.hidden = !isShown;
      if (isShown) area.focus();
      else send();
    },
  };
}
