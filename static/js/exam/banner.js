/**
 * The banner over the exam: at most one, the most pressing. Says first what is safe.
 *
 * @typedef {{trouble: string, saved: number, held: number}} Situation
 * @typedef {{look?: string, mark: string, head: string, body?: string, link?: string,
 *   button?: {text: string, press: () => void}}} Banner
 */

import { element, icon } from "./question.js";
import * as words from "./words.js";

const BACK_MS = 6000;
const SIGNED_OUT =
  "Phiên đăng nhập đã hết. Câu trả lời được giữ trên máy này và tự gửi khi bạn đăng nhập lại.";
const OTHER_ACCOUNT =
  "Máy này đang đăng nhập bằng tài khoản khác. Hãy đăng nhập lại bằng tài khoản của bài thi này.";

/** @param {{login: string, say: (text: string) => void}} page where to sign in, how to speak */
export function createBanner(box, { login, say }) {
  /** @type {Banner | null} */
  let notice = null;
  let wasOffline = false;
  /** @type {Situation} */
  let now = { trouble: "", saved: 0, held: 0 };

  /** @returns {Banner | null} */
  function mostPressing() {
    const head = words.offlineHead(now.saved, now.held);
    if (now.trouble === "signed_out") return { mark: "i-lock", head, body: SIGNED_OUT, link: login };
    if (now.trouble === "not_yours") return { mark: "i-lock", head, body: OTHER_ACCOUNT, link: login };
    if (notice) return notice;
    if (now.trouble !== "offline") return null;
    return { mark: "i-off", head, body: words.offlineBody(now.held) };
  }

  function tellBackOnline() {
    const back = { look: "back", mark: "i-tick", head: words.backOnline(now.saved) };
    say(back.head);
    notice = notice || back;
    setTimeout(() => dismiss(back), BACK_MS);
  }

  function dismiss(which) {
    if (notice === which) notice = null;
    draw(box, mostPressing());
  }

  return {
    /** @param {Situation} situation */
    show(situation) {
      now = situation;
      if (now.trouble === "offline") wasOffline = true;
      if (wasOffline && !now.trouble && !now.held) {
        wasOffline = false;
        tellBackOnline();
      }
      draw(box, mostPressing());
    },
    /** Stays until it is dismissed. */
    notify(mark, [head, body]) {
      const made = { mark, head, body };
      made.button = { text: "Đã hiểu", press: () => dismiss(made) };
      notice = made;
      draw(box, mostPressing());
    },
  };
}

/** The same banner is not drawn twice, so a screen reader hears it once. */
function draw(box, banner) {
  const state = banner ? banner.head + (banner.body || "") : "";
  if (box.dataset.state === state) return;
  box.dataset.state = state;
  keepingStill(() => {
    box.textContent = "";
    if (banner) box.append(drawn(banner));
  });
}

/** A banner comes unasked: the choices must not move away under a finger about to tap one. */
export function keepingStill(change) {
  const question = document.querySelector("main");
  const before = question.getBoundingClientRect().top;
  document.documentElement.style.overflowAnchor = "none"; // or the browser would do it as well
  change();
  const target = scrollY + question.getBoundingClientRect().top - before;
  // A short question leaves nothing to scroll: make the room for it.
  document.body.style.minHeight = target > 0 ? `${innerHeight + target}px` : "";
  scrollTo(0, target);
}

/** @param {Banner} banner */
function drawn(banner) {
  const bar = element("div", `conn ${banner.look || ""}`);
  const text = element("span");
  text.append(element("b", "", banner.head), banner.body || "");
  if (banner.link) text.append(" ", signInLink(banner.link));
  bar.append(icon(banner.mark), text);
  if (banner.button) {
    const button = element("button", "flagb", banner.button.text);
    button.type = "button";
    button.addEventListener("click", banner.button.press);
    bar.append(button);
  }
  return bar;
}

function signInLink(href) {
  const link = element("a", "", "Đăng nhập ở thẻ khác");
  Object.assign(link, { href, target: "_blank", rel: "noopener" });
  return link;
}
