/** What the page says, and how numbers are read and said. Pure. */

/** "câu 5", "câu 5 và câu 14", "câu 5, câu 9 và câu 14". @param {(string | number)[]} numbers */
export function questions(numbers) {
  const names = numbers.map((number) => `câu ${number}`);
  const last = names.pop();
  return names.length ? `${names.join(", ")} và ${last}` : last;
}

export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/**
 * How a question stands on the answer sheet; `isBegun`: an answer that is not complete yet.
 * @typedef {{isAnswered: boolean, isBegun: boolean, isHeld: boolean, isFlagged: boolean}} Cell
 */

/** @param {Cell} cell */
export function cellLabel(number, cell) {
  const parts = [cell.isAnswered ? "đã trả lời" : cell.isBegun ? "chưa trả lời đủ" : "chưa trả lời"];
  if (cell.isHeld) parts.push("đang giữ trên máy");
  else if (cell.isAnswered || cell.isBegun) parts.push("đã lưu");
  if (cell.isFlagged) parts.push("xem lại");
  return `Câu ${number}: ${parts.join(", ")}`;
}

/** What stands over the answer sheet before handing in. @param {Cell[]} cells */
export function beforeHandIn(cells) {
  const last = "Nộp rồi thì không sửa được nữa.";
  if (!cells.length) return last;
  const blank = cells.map((cell, index) => (cell.isAnswered ? 0 : index + 1)).filter(Boolean);
  const isSomeBegun = cells.some((cell) => cell.isBegun);
  if (!blank.length) return `Đã trả lời cả ${cells.length} câu. ${last}`;
  if (blank.length === cells.length && !isSomeBegun) return `Chưa trả lời câu nào. ${last}`;
  const which = blank.length <= 6 ? ` (${questions(blank)})` : "";
  return `Còn ${blank.length} câu chưa trả lời${isSomeBegun ? " đủ" : ""}${which}. ${last}`;
}

export function timeLeft(minutes, blank, total) {
  if (!total) return `Còn ${minutes} phút.`;
  const rest = blank ? `Còn ${blank} câu chưa trả lời.` : "Đã trả lời tất cả các câu.";
  return `Còn ${minutes} phút. ${rest}`;
}

/** First what is safe. */
export function offlineHead(saved, held) {
  if (!saved && !held) return "Đề thi đã có đủ trên máy này.";
  if (!saved) return `${held} câu đang giữ trên máy này.`;
  return held ? `${saved} câu đã lưu, ${held} câu giữ trên máy này.` : `${saved} câu đã lưu.`;
}

export function offlineBody(held) {
  const tail = held ? " Các câu đang giữ sẽ tự gửi khi có mạng." : "";
  return `Mất mạng. Cứ làm tiếp, đồng hồ vẫn chạy.${tail}`;
}

export function backOnline(saved) {
  return saved ? `Đã có mạng trở lại. Cả ${saved} câu đã lưu.` : "Đã có mạng trở lại.";
}

/** Why a choice is not saved yet. */
export function onItsWay(trouble) {
  return trouble ? "Chưa gửi" : "Đang lưu…";
}

/** After the other device's answers were adopted. @param {string[]} dropped */
export function elsewhere(dropped) {
  const head = "Bài này đang mở trên một máy khác. Đã tải lại câu trả lời mới nhất.";
  if (!dropped.length) return [head, ""];
  return [head, `${capital(questions(dropped))} giữ theo câu trả lời đã lưu; hãy xem lại.`];
}

/** On a device that goes on with what another one began. */
export const MOVED_HERE = [
  "Trước đó bài này mở ở máy hoặc trình duyệt khác.",
  "Các câu đã lưu đều có ở đây. Từ bây giờ bạn chỉ nên làm bài tại đây.",
];

/** @param {string[]} dropped */
export function refusedAnswers(dropped) {
  const which = capital(questions(dropped));
  return [`${which} chưa lưu được vì câu trả lời không hợp lệ.`, "Hãy chọn lại đáp án."];
}

/** @param {string[]} numbers */
export function tooLate(numbers) {
  return (
    `Bài đã đóng trước khi thay đổi ở ${questions(numbers)} tới được hệ thống, nên thay đổi đó ` +
    "không được tính. Các câu đã lưu trước đó vẫn được tính."
  );
}

/** Why handing in has to wait. @param {"" | "offline" | "busy" | "signed_out" | "not_yours"} trouble */
export function waiting(trouble) {
  if (trouble === "offline") return "Mất mạng. Trang tự nộp bài ngay khi có mạng trở lại.";
  if (trouble === "busy") return "Đang đông người nộp bài. Trang tự thử lại sau ít giây.";
  return trouble ? "Phiên đăng nhập đã hết. Hãy đăng nhập lại ở một thẻ khác." : "";
}

export function busy(seconds) {
  return `Đang đông người vào thi. Bài của bạn vẫn an toàn; trang tự thử lại sau ${seconds} giây.`;
}

/**
 * A predicted number of people, written as "61500", "61.500" or "61 500".
 * @returns {number | null} null when blank, NaN when it is not such a number
 */
export function readCount(text) {
  const plain = text.trim();
  if (!plain) return null;
  const digits = /^\d{1,3}([.\s]\d{3})+$/.test(plain) ? plain.replace(/[.\s]/g, "") : plain;
  return /^\d{1,9}$/.test(digits) && Number(digits) <= 1e8 ? Number(digits) : NaN;
}

/** A percentage with up to five decimals, comma or point; null when blank, NaN when wrong. */
export function readPercent(text) {
  const plain = text.trim().replace(/\s*%$/, "");
  if (!plain) return null;
  const value = Number(plain.replace(",", "."));
  return /^\d{1,3}([.,]\d{1,5})?$/.test(plain) && value <= 100 ? value : NaN;
}

const ASKS = {
  percent: {
    read: readPercent,
    written: (value) => String(value).replace(".", ","),
    wrong: "Tỷ lệ dự đoán cần là số từ 0 đến 100, tối đa năm chữ số thập phân, ví dụ 87,65432.",
  },
  count: {
    read: readCount,
    written: (value) => grouped(value),
    wrong: "Số dự đoán cần là số nguyên từ 0 đến 100.000.000, ví dụ 61.500.",
  },
};

/** How the answer to a prediction question is read, written and corrected. */
export const predictionOf = (target) => ASKS[target] || ASKS.count;

/** "61.500" */
export function grouped(number) {
  return String(number).replace(/\B(?=(\d{3})+$)/g, ".");
}

const DOCUMENT_NUMBER = /(\d{1,4}-\p{L}+(?:-\p{L}+)*\/\p{L}+(?:-\p{L}+)*)/u;

/** The text cut so that every second piece is a document number such as 03-CTr/TU. */
export function aroundDocumentNumbers(text) {
  return text.split(DOCUMENT_NUMBER);
}
