// On pages about a round: announcements, answers and moved times reach the open page.

import { announcementItem, inquiryItem } from "./lists.js";
import { followNotices, patiently } from "./notices.js";

const box = document.querySelector("[data-talk]");
const field = (name) => box.querySelector(`[data-f="${name}"]`);
let open = Number(box.dataset.open);
let newest = null;

function announced(list) {
  const ids = list.map((each) => each.id);
  const told = field("announcements");
  const shown = Array.from(told.children).map((each) => Number(each.dataset.id));
  newest = newest === null ? Math.max(0, ...shown) : newest;
  if (ids.join() !== shown.join()) {
    told.textContent = "";
    list.forEach((each) => {
      const made = announcementItem(each);
      made.dataset.id = String(each.id);
      told.append(made);
    });
    field("none").hidden = list.length > 0;
  }
  const fresh = list.find((each) => each.id > newest);
  if (fresh) say(`Thông báo của Ban Tổ chức: ${fresh.text}`);
  newest = Math.max(newest, 0, ...ids);
}

function say(text) {
  field("said").textContent = text;
}

/** The page is right again after a reload: where it shows times, and nobody is writing. */
async function moved() {
  field("moved").hidden = false;
  say(field("moved").textContent.trim());
  if (box.dataset.reloads !== "1") return;
  await patiently();
  const writing = box.querySelector("textarea");
  if (!writing || !writing.value.trim()) location.reload();
}

async function answered() {
  if (!open) return;
  await patiently();
  const answer = await fetch(`/api/v1/rounds/${box.dataset.round}/inquiries`, {
    cache: "no-store",
  }).catch(() => null);
  if (!answer || !answer.ok) return;
  const { inquiries } = await answer.json();
  const waiting = inquiries.filter((each) => !each.answered_at).length;
  if (waiting < open) say("Ban Tổ chức đã trả lời câu hỏi của bạn.");
  open = waiting;
  field("own").hidden = !inquiries.length;
  field("inquiries").textContent = "";
  field("inquiries").append(...inquiries.map(inquiryItem));
}

followNotices(
  {
    round: Number(box.dataset.round),
    closesAt: box.dataset.closes,
    isPaused: box.dataset.paused === "1",
  },
  { announced, moved, answered },
);
