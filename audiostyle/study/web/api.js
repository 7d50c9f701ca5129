// Talking to the server: an answer is kept in the browser until the server says that it is on the disk.

const PENDING = "audiostyle-pending";
const WAITS = [500, 1000, 2000, 4000, 8000];

let showTrouble = () => {};

/** Have `show(text)` called when the connection is lost, and `show("")` when it is back. */
export function onTrouble(show) {
  showTrouble = show;
}

async function request(path, body) {
  for (let tries = 0; ; tries++) {
    let response = null;
    try {
      response = await fetch(path, {
        method: body ? "POST" : "GET",
        headers: body ? { "content-type": "application/json" } : {},
        body: body ? JSON.stringify(body) : undefined,
        credentials: "same-origin",
        cache: "no-store",
      });
    } catch {
      response = null; // no connection, or the server is gone
    }
    if (response && response.status !== 429 && response.status < 500) {
      showTrouble("");
      return response;
    }
    showTrouble("There is no connection. Nothing is lost: your answer is kept and will be sent again.");
    await new Promise((done) => setTimeout(done, WAITS[Math.min(tries, WAITS.length - 1)]));
  }
}

/** Return the study and the next trial. */
export async function getState() {
  const response = await request("/api/state");
  if (!response.ok) throw new Error((await response.json()).error);
  return response.json();
}

/** Agree to take part. */
export async function begin() {
  const response = await request("/api/begin", { consent: true });
  const content = await response.json();
  if (!response.ok) throw new Error(content.error);
  return content;
}

/** Send an answer until it is stored, and return the next state. */
export async function sendAnswer(study, answer) {
  localStorage.setItem(PENDING, JSON.stringify({ study, answer }));
  return sendPending(study);
}

/** Send the answer that is still kept, if there is one; return the next state, or null. */
export async function sendPending(study) {
  const kept = JSON.parse(localStorage.getItem(PENDING) || "null");
  if (!kept || kept.study !== study) return null;
  const response = await request("/api/answer", kept.answer);
  localStorage.removeItem(PENDING);
  // Another tab may have answered this trial: what is stored counts, and the next trial is asked for.
  return response.ok ? response.json() : getState();
}

export async function sendComment(comment) {
  return (await request("/api/comment", { comment })).ok;
}
