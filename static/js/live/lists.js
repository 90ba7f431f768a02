// Announcements and own questions as items of lists, wherever they are shown.

/** "19:42, 09/03" in Vietnam for an ISO 8601 moment, whatever the device is set to. */
function moment(iso) {
  const local = new Date(Date.parse(iso) + 7 * 3600000).toISOString();
  return `${local.slice(11, 16)}, ${local.slice(8, 10)}/${local.slice(5, 7)}`;
}

/** An item of a list of announcements or questions; text goes in as text. */
function item(parts) {
  const made = document.createElement("li");
  made.className = "note";
  for (const [tag, look, text] of parts) {
    const part = document.createElement(tag);
    if (look) part.className = look;
    text.split("\n").forEach((line, at) => {
      if (at) part.append(document.createElement("br"));
      part.append(line);
    });
    made.append(part);
  }
  return made;
}

/** An announcement as an item of its list. */
export const announcementItem = ({ text, at }) =>
  item([
    ["p", "small dim", moment(at)],
    ["p", "", text],
  ]);

/** An own question with its answer as an item of its list. */
export const inquiryItem = ({ text, answer, answered_at: answeredAt }) =>
  item([
    ["b", "", text],
    answeredAt
      ? ["p", "mt2", `Trả lời: ${answer}`]
      : ["p", "mt2 dim", "Đang chờ Ban Tổ chức trả lời."],
  ]);
