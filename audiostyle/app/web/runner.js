// A job from its start to its end: progress with the time left, cancel, errors as sentences.

import { cancelJob, getJob, startJob, toSentence } from "/web/api.js";
import { percent } from "/web/controls.js";
import { make, makeButton } from "/web/elements.js";

const PAUSE = 350; // milliseconds between two questions

export class Runner {
  constructor() {
    this.text = make("p", { role: "status" });
    this.bar = make("progress", { max: 1, value: 0 });
    this.button = makeButton("Cancel", () => this.cancel(), { className: "quiet" });
    this.element = make("div", { className: "runner", hidden: true }, this.text, make("div", { className: "row" }, this.bar, this.button));
    this.job = null;
  }

  /** Do a job and return it when it is done; null if it was canceled, failed, or was replaced by another. */
  async run(body, label) {
    this.cancel();
    const ticket = (this.ticket = Symbol(label));
    this.show(`${label}: waiting …`, null, true);
    this.element.scrollIntoView({ block: "nearest", behavior: "smooth" });
    try {
      let job = (this.job = await startJob(body));
      if (ticket === this.unwanted || ticket !== this.ticket) await this.drop(job); // canceled before it had begun
      for (;;) {
        if (ticket !== this.ticket) return null;
        if (["done", "failed", "canceled"].includes(job.state)) break;
        this.describe(job, label);
        await new Promise((done) => setTimeout(done, PAUSE));
        job = await getJob(job.id);
      }
      this.job = null;
      return this.finish(job, label);
    } catch (error) {
      if (ticket === this.ticket) this.fail(error.message);
      return null;
    }
  }

  describe(job, label) {
    if (job.state === "waiting") {
      const ahead = job.ahead === 1 ? "one job comes" : `${job.ahead} jobs come`;
      return this.show(job.ahead ? `${label}: ${ahead} first …` : `${label}: waiting …`, null, true);
    }
    const left = job.seconds_left === null ? "" : `, ${formatLeft(job.seconds_left)} left`;
    this.show(`${label}: ${job.stage || "beginning"}, ${percent(job.share)}${left}`, job.share || null, true);
  }

  finish(job, label) {
    if (job.state === "failed") this.fail(toSentence(`${label}: ${job.error}`));
    else if (job.state === "canceled") this.show(`${label}: canceled.`, 0, false);
    else this.element.hidden = true;
    return job.state === "done" ? job : null;
  }

  fail(message) {
    this.job = null;
    this.show(message, 0, false);
    this.element.classList.add("bad");
  }

  async cancel() {
    this.unwanted = this.ticket;
    if (this.job) await this.drop(this.job);
  }

  async drop(job) {
    if (this.job === job) this.job = null;
    await cancelJob(job.id).catch(() => {}); // it may have ended meanwhile
  }

  show(text, share, going) {
    this.element.hidden = false;
    this.element.classList.remove("bad");
    this.text.textContent = text;
    if (share === null) this.bar.removeAttribute("value");
    else this.bar.value = share;
    this.bar.hidden = this.button.hidden = !going;
  }
}

function formatLeft(seconds) {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  return `${Math.round(seconds / 60)} min`;
}
