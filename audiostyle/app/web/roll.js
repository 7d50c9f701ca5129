// The notes as a piano roll, with the curves of their pitch, drawn once; the position moves over it.

const LOW_MARGIN = 2; // semitones below and above the notes

/** Draw a roll `{ step, notes: [[onset, offset, pitch, velocity, cents], …] }` of so many seconds. */
export function drawRoll(canvas, roll, seconds) {
  const scale = window.devicePixelRatio || 1;
  const width = (canvas.width = Math.max(1, canvas.clientWidth * scale));
  const height = (canvas.height = Math.max(1, canvas.clientHeight * scale));
  const brush = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  const pitches = roll.notes.map((note) => note[2]);
  const low = Math.min(60, ...pitches) - LOW_MARGIN;
  const high = Math.max(72, ...pitches) + LOW_MARGIN;
  const each = height / (high - low + 1);
  const x = (time) => (time / seconds) * width;
  const y = (pitch) => height - (pitch - low + 0.5) * each;
  brush.clearRect(0, 0, width, height);
  brush.fillStyle = style.getPropertyValue("--black-keys");
  for (let pitch = low; pitch <= high; pitch++) {
    if ([1, 3, 6, 8, 10].includes(((pitch % 12) + 12) % 12)) brush.fillRect(0, y(pitch) - each / 2, width, each);
  }
  brush.fillStyle = style.getPropertyValue("--soft");
  brush.font = `${Math.max(9 * scale, Math.min(each * 1.2, 11 * scale))}px system-ui, sans-serif`;
  for (let pitch = Math.ceil(low / 12) * 12; pitch <= high; pitch += 12) {
    brush.fillRect(0, y(pitch) + each / 2, width, Math.max(1, scale / 2));
    brush.fillText(`C${pitch / 12 - 1}`, 3 * scale, y(pitch) + each / 2 - 2 * scale);
  }
  const accent = style.getPropertyValue("--accent");
  for (const [onset, offset, pitch, velocity] of roll.notes) {
    brush.globalAlpha = 0.25 + (0.6 * velocity) / 127;
    brush.fillStyle = accent;
    const tall = Math.max(each * 0.8, 2 * scale);
    brush.fillRect(x(onset), y(pitch) - tall / 2, Math.max(x(offset) - x(onset) - scale / 2, scale), tall);
  }
  brush.globalAlpha = 1;
  brush.strokeStyle = style.getPropertyValue("--curve");
  brush.lineWidth = 1.2 * scale;
  for (const [onset, offset, pitch, , cents] of roll.notes) {
    if (!cents.length) continue;
    brush.beginPath();
    cents.forEach((value, n) => brush.lineTo(x(Math.min(onset + n * roll.step, offset)), y(pitch + value / 100)));
    brush.lineTo(x(offset), y(pitch + cents[cents.length - 1] / 100));
    brush.stroke();
  }
}
