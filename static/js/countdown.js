// Keeps "Còn 3 ngày 2 giờ" true while the page is open. The device's clock is never asked:
// time is the server's at load plus what performance.now() says has passed since.

/** The two largest parts of a length of time; the same rule as `span` in contest/wording.py. */
function span(seconds) {
  if (seconds < 60) return `${seconds} giây`;
  const parts = [
    [Math.floor(seconds / 86400), "ngày"],
    [Math.floor((seconds % 86400) / 3600), "giờ"],
    [Math.floor((seconds % 3600) / 60), "phút"],
  ];
  const largest = parts.findIndex(([size]) => size > 0);
  return parts
    .slice(largest, largest + 2)
    .filter(([size]) => size > 0)
    .map(([size, unit]) => `${size} ${unit}`)
    .join(" ");
}

/** A time limit in minutes and seconds; the same rule as `minutes` in contest/wording.py. */
function minutes(seconds) {
  const rest = seconds % 60;
  const parts = seconds >= 60 ? [`${Math.floor(seconds / 60)} phút`] : [];
  if (rest || !parts.length) parts.push(`${rest} giây`);
  return parts.join(" ");
}

/** Says before a start that the round closes before the limit would be reached. */
function warn(note, seconds) {
  const limit = Number(note.dataset.limit);
  if (seconds >= limit) return;
  note.hidden = false;
  note.firstElementChild.textContent =
    `Vòng thi đóng lúc ${note.dataset.closes}, nên nếu vào thi bây giờ bạn có ` +
    `${minutes(seconds)}, không phải ${minutes(limit)}.`;
}

/** Shows the time left until the round turns (opens or closes) and reloads when it has turned. */
function run(countdown) {
  let until = Number(countdown.dataset.until);
  let serverTime = Number(countdown.dataset.now);
  let since = performance.now();
  let turned = false;

  function tick() {
    const now = serverTime + (performance.now() - since);
    const seconds = Math.max(0, Math.floor((until - now) / 1000));
    countdown.querySelector("[data-left]").textContent = span(seconds);
    document.querySelectorAll("[data-limit]").forEach((note) => warn(note, seconds));
    if (seconds > 0 || turned) return;
    turned = true;
    // Thousands of pages reach this second together: each asks a little later than the other.
    setTimeout(() => location.reload(), 1000 + Math.random() * 4000);
  }

  // performance.now() may stand still while a phone sleeps, and the round may have been moved.
  async function sync() {
    if (document.hidden) return;
    const answer = await fetch(`/api/v1/rounds/${countdown.dataset.round}`).catch(() => null);
    if (!answer || !answer.ok) return;
    const round = await answer.json();
    if (round.state !== countdown.dataset.state) {
      location.reload();
      return;
    }
    since = performance.now();
    serverTime = Date.parse(round.server_time);
    until = Date.parse(round.state === "open" ? round.closes_at : round.opens_at);
    tick();
  }

  setInterval(tick, 1000);
  document.addEventListener("visibilitychange", sync);
  window.addEventListener("pageshow", (event) => event.persisted && sync());
}

const countdown = document.querySelector("[data-until]");
if (countdown) run(countdown);
