// The dialog of announcements and questions on the exam page. Loaded when it is first wanted, or
// when the page has been quiet for a while: not needed to work on the exam.

import { closeDialog, openDialog } from "../exam/sheet.js";
import { announcementItem, inquiryItem } from "./lists.js";

/**
 * @param {HTMLDialogElement} dialog
 * @param {{transport: any, onOwn: (reply: any) => void}} given
 *   transport: of the own questions; onOwn is told them whenever the server says them
 */
export function createTalk(dialog, { transport, onOwn }) {
  const part = (name) => dialog.querySelector(`[data-part="${name}"]`);

  function tell(text) {
    part("talk-news").textContent = text;
  }

  async function ask(event) {
    event.preventDefault();
    const area = part("ask").querySelector("textarea");
    const submit = part("ask").querySelector("button");
    if (submit.getAttribute("aria-busy") === "true") return;
    submit.setAttribute("aria-busy", "true");
    const reply = await transport.ask(area.value);
    submit.removeAttribute("aria-busy");
    if (reply.kind !== "ok") return tell(refusal(reply));
    area.value = "";
    onOwn(reply.body);
    tell("Đã gửi câu hỏi. Câu trả lời sẽ hiện ngay trên trang này.");
  }

  function refusal({ kind, body }) {
    if (kind === "offline") {
      return "Mất mạng nên chưa gửi được. Câu hỏi vẫn còn đây, hãy gửi lại sau.";
    }
    if (body && body.error) return body.error.message;
    return "Chưa gửi được câu hỏi. Hãy thử lại sau ít phút.";
  }

  part("close").addEventListener("click", () => closeDialog(dialog));
  part("ask").addEventListener("submit", ask);

  return {
    open() {
      tell("");
      openDialog(dialog);
      part("title").focus();
    },
    showAnnouncements(list) {
      part("announcements").textContent = "";
      part("announcements").append(...list.map(announcementItem));
      part("none").hidden = list.length > 0;
    },
    showOwn({ inquiries, left }) {
      part("own").hidden = !inquiries.length;
      part("inquiries").textContent = "";
      part("inquiries").append(...inquiries.map(inquiryItem));
      part("ask").hidden = left === 0;
    },
  };
}
