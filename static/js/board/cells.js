// What a row of a board shows, as text; the same rules as leaderboard/cells.py.

const MEDALS = 3;
const DAY_S = 86400;

/** "12.846" for 12846. */
export function number(value) {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ".");
}

const tenths = (value) => Math.floor(value * 10 + 0.5);

/** "62,8" for 62.84; never negative. */
export function oneDecimal(value) {
  const all = tenths(value);
  return `${number(Math.floor(all / 10))},${all % 10}`;
}

const two = (value) => String(value).padStart(2, "0");

/** Time taken, rounded down to the second: "06:41", "1:02:03". */
export function stopwatch(milliseconds) {
  const all = Math.floor(milliseconds / 1000);
  const [hours, minutes, seconds] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${two(minutes)}:${two(seconds)}`;
}

/** A countdown: "02:14:37", from one day on "3 ngày 02:14"; never below zero. */
export function timeLeft(milliseconds) {
  const all = Math.floor(Math.max(0, milliseconds) / 1000);
  const clock = [Math.floor((all % DAY_S) / 3600), Math.floor(all / 60) % 60, all % 60].map(two);
  const days = Math.floor(all / DAY_S);
  return days ? `${days} ngày ${clock[0]}:${clock[1]}` : clock.join(":");
}

// A page in Vietnam's time, whatever the device is set to.
const inVietnam = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Ho_Chi_Minh",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});

/** "19:49:10" for an ISO 8601 moment. */
export function timeOfDay(iso) {
  return inVietnam.format(new Date(iso));
}

/** A person's row; `key` is a string, as in `data-key`. */
export function personCells(row, questions) {
  return {
    key: String(row.key),
    place: row.rank,
    rank: number(row.rank),
    isTop: row.rank <= MEDALS,
    name: row.name,
    note: row.unit,
    score: `${row.correct}/${questions}`,
    sign: "",
    detail: stopwatch(row.elapsed_ms),
    bar: "",
  };
}

/** A unit's row: the share of its members who took part, a dash while it declared none. */
function unitCells(row) {
  const entrants = number(row.entrants);
  const declared = row.rate !== null;
  const percent = row.rate * 100;
  return {
    key: row.code,
    place: row.rank,
    rank: number(row.rank),
    isTop: row.rank <= MEDALS,
    name: row.unit,
    note: declared
      ? `${entrants}/${number(row.members)} người dự thi`
      : `${entrants} người dự thi, chưa khai báo số người`,
    score: declared ? oneDecimal(percent) : "–",
    sign: declared ? "%" : "",
    detail: `TB ${oneDecimal(row.mean)} điểm`,
    bar: declared ? String(Math.min(tenths(percent), 1000) / 10) : "",
  };
}

/** The rows of a board as the contract has it, best first. */
export function cellsOf(board) {
  if (board.by === "units") return board.rows.map(unitCells);
  return board.rows.map((row) => personCells(row, board.questions));
}
