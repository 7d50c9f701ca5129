"""The promise about level, judged: loudness of every result minus that of its recording, in LU.

Both verbs, every domain and every method of transfer, over inputs that are unlike what anybody tunes a level
for: silence around, an offset, antiphase, one loud click, one channel alone, hum, −60 dB, +6 dB, bursts of
noise, mono, 5.1, 8 and 96 kHz, a soft beginning, cut edges.  Loudness is that of ITU-R BS.1770-4, in another
version than the library's (``scipy.signal``).  Prints a Markdown table and, with ``--name``, stores it in
``results/``; exits with 1 where a difference is larger than 2 LU.  README.md says how long it takes.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import report
from numpy.typing import NDArray
from scipy.signal import lfilter

from audiostyle import Translator, transfer
from audiostyle.spectrogram.methods import METHODS

MUST, AIM = 2.0, 1.0
"""LU that a result may differ from what is promised, and that it should not."""

RATE = 44_100
SECONDS = 4.0
FEW = {"gram": {"iterations": 20}, "ulyanov": {"iterations": 20, "rounds": 40}}
"""Options with which slow methods take seconds here; the level does not depend on them."""

Wave = NDArray[np.float32]


def make_inputs() -> dict[str, tuple[Wave, int]]:
    """Return name → (channels, samples) and sample rate; all but one have music in them."""
    chord = make_chord(SECONDS)
    silence = np.zeros((2, 20 * RATE), np.float32)
    rng = np.random.default_rng(0)
    click = chord * np.float32(0.05)
    click[:, RATE] = 1
    bursts = 0.3 * rng.standard_normal(chord.shape) * (np.arange(chord.shape[1]) % RATE < RATE // 4)
    hum = chord * 0.1 + 0.1 * np.sin(2 * np.pi * 50 / RATE * np.arange(chord.shape[1]))
    swell = np.concatenate([0.03 * chord, chord], axis=1)
    surround = np.concatenate([chord, 0.5 * chord, 0.2 * chord[:, ::-1]])
    made = {
        "plain": chord,
        "mono": chord[:1],
        "5.1": surround,
        "after 20 s of silence": np.concatenate([silence, chord], axis=1),
        "offset": 0.5 * chord + 0.1,
        "antiphase": chord * np.array([[1], [-1]]),
        "one channel alone": chord * np.array([[1], [0]]),
        "one loud click": click,
        "hum": hum,
        "−60 dB": 1e-3 * chord,
        "+6 dB": 4 * chord,
        "bursts of noise and chords": 0.2 * chord + bursts,
        "soft, then loud": swell,
        "cut edges": make_chord(SECONDS + 2)[:, RATE:-RATE],
    }
    inputs = {name: (wave.astype(np.float32), RATE) for name, wave in made.items()}
    inputs["8 kHz"] = make_chord(SECONDS, 8000), 8000
    inputs["96 kHz"] = make_chord(SECONDS, 96_000), 96_000
    return inputs


def make_chord(seconds: float, rate: int = RATE) -> Wave:
    """Return four chords of three tones with three partials, (2, samples), faded in and out over 20 ms."""
    time = np.arange(round(seconds * rate)) / rate
    wave = np.zeros_like(time)
    for number, third in enumerate((4, 3, 4, 3)):
        pitches = 220 * 2 ** (np.array([0, third, 7]) / 12)
        part = sum(np.sin(2 * np.pi * hertz * k * time) / k for hertz in pitches for k in (1, 2, 3))
        wave += part / 9 * (np.floor(4 * time / seconds) == number)
    fade = np.minimum(1, np.minimum(time, time[-1] - time) / 0.02)
    return np.stack([wave * fade, 0.8 * wave * fade]).astype(np.float32)


def measure(wave: Wave, rate: int) -> float:
    """Return the integrated loudness of (channels, samples) in LUFS, word by word as in the standard."""
    weighted = np.asarray(wave, np.float64)
    for numerator, denominator in make_filters(rate):
        weighted = lfilter(numerator, denominator, weighted, axis=1)
    size, hop = round(0.4 * rate), round(0.1 * rate)
    weights = np.array([1, 1, 1, 0, 1.41, 1.41] if len(wave) == 6 else [1.0] * len(wave))
    starts = range(0, max(1, wave.shape[1] - size + 1), hop)
    powers = np.array([weights @ np.square(weighted[:, n : n + size]).mean(axis=1) for n in starts])
    levels = -0.691 + 10 * np.log10(powers + 1e-30)
    # Of music that is softer than the absolute gate as a whole, what sounds lies 30 LU around its loudest.
    kept = powers[levels > min(-70, levels.max() - 30)]
    if not kept.size or levels.max() < -250:
        return -np.inf
    return float(-0.691 + 10 * np.log10(kept[kept > 0.1 * kept.mean()].mean()))


def make_filters(rate: int) -> Sequence[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return both filters of the K-weighting, by the bilinear transform of those that the standard gives."""
    gain, shelf, high_pass = 3.999843853973347, 0.7071752369554196, 0.5003270373238773
    high = 10 ** (gain / 20)
    band = high**0.4996667741545416
    k = np.tan(np.pi * 1681.974450955533 / rate)
    above = np.array([high + band * k / shelf + k * k, 2 * (k * k - high), high - band * k / shelf + k * k])
    below = np.array([1 + k / shelf + k * k, 2 * (k * k - 1), 1 - k / shelf + k * k])
    k = np.tan(np.pi * 38.13547087602444 / rate)
    last = np.array([1 + k / high_pass + k * k, 2 * (k * k - 1), 1 - k / high_pass + k * k])
    return (above / below[0], below / below[0]), (np.array([1.0, -2.0, 1.0]), last / last[0])


def choose_systems(methods: Sequence[str], domains: Sequence[str]) -> dict[str, Callable[[Wave, int], Wave]]:
    """Return a name → a function from a wave and its rate to a result, for all verbs."""
    rng = np.random.default_rng(1)
    style = (0.05 * rng.standard_normal(4 * RATE)).astype(np.float32)
    chosen: dict[str, Callable[[Wave, int], Wave]] = {}
    if domains:
        translator = Translator.from_pretrained(device="cpu")
        for name in domains:
            chosen[f"translate, {name}"] = partial(translator.translate, domain=name)
        chosen["translate, half"] = partial(translator.translate, domain=domains[0], strength=0.5)
        chosen["translate, drums kept"] = partial(translator.translate, domain=domains[0], keep_drums=True)
    for name in methods:
        chosen[f"transfer, {name}"] = partial(_transfer, name, style)
    return chosen


def _transfer(method: str, style: Wave, wave: Wave, rate: int) -> Wave:
    options = {"style_rate": RATE, **FEW.get(method, {})}
    return transfer(wave, style, sample_rate=rate, method=method, device="cpu", **options)


def judge(
    systems: dict[str, Callable[[Wave, int], Wave]], inputs: dict[str, tuple[Wave, int]]
) -> dict[str, dict[str, float]]:
    """Return system → input → loudness of the result minus that of the input, in LU."""
    found: dict[str, dict[str, float]] = {}
    for system, run in systems.items():
        found[system] = {}
        for name, (wave, rate) in inputs.items():
            found[system][name] = measure(run(wave, rate), rate) - measure(wave, rate)
        worst = max(map(abs, found[system].values()))
        print(f"{system}: at most {worst:.2f} LU", file=sys.stderr, flush=True)
    return found


def format_report(found: dict[str, dict[str, float]]) -> str:
    """Return the whole report: a row for each input, a column for each system, and the largest difference."""
    names = list(next(iter(found.values())))
    rows = [[name, *(found[system][name] for system in found)] for name in names]
    rows.append(["largest", *(max(map(abs, of_all.values())) for of_all in found.values())])
    every = [abs(value) for of_all in found.values() for value in of_all.values()]
    summary = (
        f"Loudness of the result minus that of the recording, in LU: {len(every)} results, at most"
        f" {max(every):.2f} LU, {sum(value <= AIM for value in every)} of them within {AIM:g} LU."
    )
    table = report.format_table(["input", *found], rows)
    return "\n\n".join(["# Loudness", report.describe_run(), summary, table])


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--methods", nargs="*", default=list(METHODS), metavar="METHOD", help="only these")
    parser.add_argument("--domains", nargs="*", metavar="DOMAIN", help="only these (default: all)")
    parser.add_argument("--name", help="of the file in results/; without one nothing is stored")
    return parser.parse_args()


def main() -> None:
    options = parse_arguments()
    domains = Translator.from_pretrained(device="cpu").domains if options.domains is None else options.domains
    found = judge(choose_systems(options.methods, domains), make_inputs())
    text = format_report(found)
    print(text)
    if options.name:
        print(f"stored in {report.store(options.name, text)}", file=sys.stderr)
    if max(abs(value) for of_all in found.values() for value in of_all.values()) > MUST:
        sys.exit(1)


if __name__ == "__main__":
    main()
