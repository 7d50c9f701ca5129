// Several versions of a sound that play in step: switching between them keeps the position and makes no click.

const FADE = 0.008; // seconds of a switch
const PEAKS = 600; // columns of a waveform

let context = null;

/** Return the one audio context of the page; browsers let it sound after the first click. */
export function getContext() {
  context ??= new (window.AudioContext || window.webkitAudioContext)();
  return context;
}

export class Player {
  /** @param {() => void} onChange is called when something starts, stops or is switched. */
  constructor(onChange) {
    this.onChange = onChange;
    this.buffers = [];
    this.plays = [];
    this.current = 0;
    this.playing = false;
    this.offset = 0; // seconds, where it stands while it does not play
    this.voices = [];
  }

  /** Fetch and decode the versions. */
  async load(keys) {
    const unique = [...new Set(keys)];
    const decoded = new Map(await Promise.all(unique.map(async (key) => [key, await fetchSound(key)])));
    this.buffers = keys.map((key) => decoded.get(key));
    this.peaks = this.buffers.map(findPeaks);
    this.plays = keys.map(() => 0);
    this.length = Math.max(...this.buffers.map((buffer) => buffer.duration));
  }

  get position() {
    if (!this.playing) return this.offset;
    return Math.min(this.length, this.offset + getContext().currentTime - this.started);
  }

  /** Play a version from where the sound stands, or go on with it. */
  async play(version = this.current) {
    const switched = version !== this.current || !this.playing;
    this.current = version;
    if (switched) this.plays[version] += 1;
    if (this.playing) {
      this.fade();
    } else {
      await getContext().resume();
      this.start();
    }
    this.onChange();
  }

  pause() {
    if (!this.playing) return;
    this.offset = this.position;
    this.stop();
    this.onChange();
  }

  async toggle() {
    if (this.playing) this.pause();
    else await this.play();
  }

  seek(seconds) {
    const wasPlaying = this.playing;
    if (wasPlaying) this.stop();
    this.offset = Math.max(0, Math.min(seconds, this.length - 0.01));
    if (wasPlaying) this.start();
    this.onChange();
  }

  start() {
    if (this.offset >= this.length - 0.02) this.offset = 0;
    const sound = getContext();
    this.started = sound.currentTime;
    this.playing = true;
    this.voices = this.buffers.map((buffer, version) => {
      const source = new AudioBufferSourceNode(sound, { buffer });
      const gain = new GainNode(sound, { gain: version === this.current ? 1 : 0 });
      source.connect(gain).connect(sound.destination);
      if (this.offset < buffer.duration) source.start(this.started, this.offset);
      return { source, gain, running: this.offset < buffer.duration };
    });
    this.timer = setTimeout(() => this.finish(), (this.length - this.offset) * 1000 + 20);
  }

  fade() {
    const now = getContext().currentTime;
    this.voices.forEach(({ gain }, version) => {
      gain.gain.cancelScheduledValues(now);
      gain.gain.setTargetAtTime(version === this.current ? 1 : 0, now, FADE / 3);
    });
  }

  finish() {
    this.stop();
    this.offset = 0;
    this.onChange();
  }

  stop() {
    clearTimeout(this.timer);
    this.playing = false;
    for (const { source, running } of this.voices) if (running) source.stop();
    this.voices = [];
  }
}

/** Draw the waveform of what plays, with the position, on a canvas. */
export function drawWave(canvas, player) {
  const scale = window.devicePixelRatio || 1;
  const width = canvas.clientWidth * scale;
  const height = canvas.clientHeight * scale;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const brush = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  brush.clearRect(0, 0, width, height);
  const { peaks, share } = { peaks: player.peaks[player.current], share: player.position / player.length };
  const span = (player.buffers[player.current].duration / player.length) * width;
  const top = Math.max(...player.peaks.map((own) => Math.max(...own)), 1e-6);
  peaks.forEach((peak, column) => {
    const x = (column / peaks.length) * span;
    brush.fillStyle = style.getPropertyValue(x / width <= share ? "--accent" : "--soft");
    const tall = Math.max(scale, (peak / top) * height * 0.9);
    brush.fillRect(x, (height - tall) / 2, Math.max(1, span / peaks.length - scale * 0.4), tall);
  });
  brush.fillStyle = style.getPropertyValue("--text");
  brush.fillRect(Math.min(share * width, width - 2 * scale), 0, 2 * scale, height);
}

async function fetchSound(key) {
  for (let tries = 0; ; tries++) {
    try {
      const response = await fetch(`/media/${key}`, { credentials: "same-origin" });
      if (response.ok) return await getContext().decodeAudioData(await response.arrayBuffer());
    } catch {
      // the connection was lost; try again
    }
    if (tries === 6) throw new Error("A sound could not be loaded. Reload the page.");
    await new Promise((done) => setTimeout(done, 500 * (tries + 1)));
  }
}

function findPeaks(buffer) {
  const samples = buffer.getChannelData(0);
  const size = Math.max(1, Math.floor(samples.length / PEAKS));
  const peaks = [];
  for (let start = 0; start + size <= samples.length; start += size) {
    let peak = 0;
    for (let n = start; n < start + size; n++) peak = Math.max(peak, Math.abs(samples[n]));
    peaks.push(peak);
  }
  return peaks;
}
