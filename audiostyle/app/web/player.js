// Several versions of a sound that run in step: a switch between them is a crossfade of two that both play, so it
// keeps the position and makes no gap.  They are streamed, so a version may last hours.

const FADE = 0.012; // seconds of a switch
const APART = 0.02; // seconds by which a version may be off before it is set right

let context = null;

function getContext() {
  context ??= new (window.AudioContext || window.webkitAudioContext)();
  return context;
}

export class Player {
  /** @param {() => void} onChange is called when something starts, stops, is switched or moves. */
  constructor(onChange) {
    this.onChange = onChange;
    this.voices = []; // {name, audio, gain}
    this.current = 0;
    this.wanted = false; // whether it is to play
  }

  get playing() {
    return this.wanted;
  }

  get voice() {
    return this.voices[this.current];
  }

  get position() {
    return this.voice?.audio.currentTime ?? 0;
  }

  get length() {
    const duration = this.voice?.audio.duration;
    return Number.isFinite(duration) ? duration : 0;
  }

  /** Take versions `[{ name, url }]`, the position staying; those that are there already stay loaded. */
  setVersions(versions, current) {
    const before = new Map(this.voices.map((voice) => [voice.url, voice]));
    const position = this.position;
    for (const [url, voice] of before) if (!versions.some((one) => one.url === url)) this.drop(voice);
    this.voices = versions.map((version) => before.get(version.url) ?? this.makeVoice(version, position));
    this.current = current;
    this.applyGains(0);
    if (this.wanted) this.play();
    this.onChange();
  }

  makeVoice({ name, url }, position) {
    const audio = new Audio(url);
    audio.preload = "auto";
    audio.currentTime = position;
    const voice = { name, url, audio, gain: null };
    audio.addEventListener("ended", () => voice === this.voice && this.finish());
    audio.addEventListener("loadedmetadata", () => this.onChange());
    audio.addEventListener("timeupdate", () => voice === this.voice && this.onChange());
    return voice;
  }

  drop(voice) {
    voice.audio.pause();
    voice.gain?.disconnect();
    voice.audio.removeAttribute("src");
  }

  connect() {
    const sound = getContext();
    for (const voice of this.voices) {
      if (voice.gain) continue;
      voice.gain = new GainNode(sound, { gain: voice === this.voice ? 1 : 0 });
      sound.createMediaElementSource(voice.audio).connect(voice.gain).connect(sound.destination);
    }
  }

  async play() {
    this.wanted = true;
    this.connect();
    await getContext().resume();
    const position = this.position;
    await Promise.all(this.voices.map((voice) => (voice === this.voice ? null : moveTo(voice.audio, position))));
    if (!this.wanted) return;
    await Promise.all(this.voices.map((voice) => voice.audio.play().catch(() => {})));
    this.align();
    this.onChange();
  }

  pause() {
    this.wanted = false;
    for (const voice of this.voices) voice.audio.pause();
    this.onChange();
  }

  toggle() {
    return this.playing ? this.pause() : this.play();
  }

  async seek(seconds) {
    const target = Math.max(0, Math.min(seconds, this.length - 0.05));
    const wasPlaying = this.wanted;
    for (const voice of this.voices) voice.audio.pause();
    await Promise.all(this.voices.map((voice) => moveTo(voice.audio, target)));
    if (wasPlaying) await this.play();
    this.onChange();
  }

  /** Let another version be heard, from the same moment on. */
  async choose(index) {
    if (this.playing && Math.abs(this.voices[index].audio.currentTime - this.position) > APART) {
      await moveTo(this.voices[index].audio, this.position);
    }
    this.current = index;
    this.applyGains(FADE);
    this.onChange();
  }

  applyGains(seconds) {
    this.voices.forEach(({ gain }, index) => {
      if (!gain) return;
      const now = getContext().currentTime;
      gain.gain.cancelScheduledValues(now);
      gain.gain.setTargetAtTime(index === this.current ? 1 : 0, now, Math.max(seconds / 3, 0.001));
    });
  }

  /** Set right what has got out of step: only what is not heard is moved. */
  align() {
    for (const voice of this.voices) {
      if (voice !== this.voice && Math.abs(voice.audio.currentTime - this.position) > APART) {
        voice.audio.currentTime = this.position;
      }
    }
  }

  finish() {
    this.pause();
    for (const voice of this.voices) voice.audio.currentTime = 0;
    this.onChange();
  }
}

function moveTo(audio, seconds) {
  if (Math.abs(audio.currentTime - seconds) < 0.001) return null;
  return new Promise((done) => {
    const finish = () => {
      clearTimeout(timer);
      done();
    };
    const timer = setTimeout(finish, 1500); // it has not been loaded so far
    audio.addEventListener("seeked", finish, { once: true });
    audio.currentTime = seconds;
  });
}
