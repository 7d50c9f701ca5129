// Talking to the server.  Every error is a sentence for the page.

/** Make a sentence of a reason; names of files keep their letters. */
export function toSentence(reason) {
  const isName = /^\S*\.\w+:/.test(reason);
  return (isName ? reason : reason[0].toUpperCase() + reason.slice(1)) + (/[.?!]$/.test(reason) ? "" : ".");
}

async function read(response) {
  let content = null;
  try {
    content = await response.json();
  } catch {
    // it is no answer of ours
  }
  if (!response.ok) throw new Error(toSentence(content?.error ?? "the server gave no answer that can be read"));
  return content;
}

async function request(path, options = {}) {
  let response;
  try {
    response = await fetch(path, { credentials: "same-origin", cache: "no-store", ...options });
  } catch {
    throw new Error("The server does not answer. Is audiostyle still running?");
  }
  return read(response);
}

const post = (path, body = {}) =>
  request(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) });

export const getState = () => request("/api/state");
export const getJob = (id) => request(`/api/jobs/${id}`);
export const startJob = (body) => post("/api/jobs", body);
export const cancelJob = (id) => post(`/api/jobs/${id}/cancel`);
export const takeExample = (kind) => post(`/api/examples/${kind}`);
export const getNotes = (path) => request(path, { cache: "default" });

/** Send a file; `onShare` is told the share that was sent. */
export function upload(file, kind, onShare) {
  return new Promise((done, fail) => {
    const sender = new XMLHttpRequest(); // fetch does not tell how far it is
    sender.open("POST", `/api/uploads?kind=${kind}&name=${encodeURIComponent(file.name)}`);
    sender.setRequestHeader("content-type", "application/octet-stream");
    sender.upload.addEventListener("progress", (event) => event.lengthComputable && onShare(event.loaded / event.total));
    sender.addEventListener("load", () => {
      let content = null;
      try {
        content = JSON.parse(sender.responseText);
      } catch {
        // it is no answer of ours
      }
      if (sender.status === 200 && content) return done(content);
      fail(new Error(toSentence(content?.error ?? "the file could not be sent")));
    });
    sender.addEventListener("error", () => fail(new Error("The file could not be sent. Is audiostyle still running?")));
    sender.send(file);
  });
}
