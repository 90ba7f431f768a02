/**
 * The calls to the server, and what their answers mean.
 *
 * @typedef {"ok" | "offline" | "busy" | "signed_out" | "not_yours" | "stale" | "closed" | "invalid"} Kind
 * @typedef {{kind: Kind, body: any, sentMark: number, gotMark: number}} Reply
 */

const PATIENCE_MS = 20000; // a mountain network may hold a request for ever

/** @returns {string} read anew for each call: signing in again in another tab changes it */
function csrfToken() {
  const found = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
  return found ? decodeURIComponent(found[1]) : "";
}

/** @returns {Kind} */
function kindOf(status, body) {
  if (status === 200 || status === 201) return "ok";
  if (status === 401 || status === 403) return "signed_out";
  if (status === 404) return "not_yours";
  if (status === 422) return "invalid";
  const code = body && body.error && body.error.code;
  if (status === 409 && code === "stale_rev") return "stale";
  if (status === 409 && code === "attempt_closed") return "closed";
  return "busy";
}

/** @param {string} address of the attempt, or of the round's questions, in the API */
export function createTransport(address) {
  /** @returns {Promise<Reply>} never rejects */
  async function call(method, path, body, keepalive) {
    const sentMark = performance.now();
    const reply = (kind, content) => ({ kind, body: content, sentMark, gotMark: performance.now() });
    const abort = new AbortController();
    const timer = setTimeout(() => abort.abort(), PATIENCE_MS);
    try {
      const response = await fetch(address + path, {
        method,
        keepalive,
        signal: abort.signal,
        credentials: "same-origin",
        cache: "no-store",
        headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
        body: body && JSON.stringify(body),
      });
      const isJson = (response.headers.get("Content-Type") || "").includes("json");
      // A page instead of JSON with 200 comes from a network that asks to be paid first.
      if (!isJson) return reply(response.ok ? "offline" : kindOf(response.status, null), null);
      const content = await response.json();
      return reply(kindOf(response.status, content), content);
    } catch (fault) {
      return reply("offline", null);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    load: () => call("GET", ""),
    save: (save, keepalive = false) => call("PATCH", "/answers", save, keepalive),
    finish: (handIn) => call("POST", "/finish", handIn),
    clock: () => call("GET", "/clock"),
    ask: (text) => call("POST", "", { text }),
    essay: (text) => call("PUT", "/essay", { essay: text }),
  };
}
