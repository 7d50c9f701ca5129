"""Draws ``_static/architecture.svg``: the packages in their layers, and the data flow of a translation.

Run it after a package was added: ``python docs/draw_architecture.py``.
"""

from pathlib import Path
from xml.sax.saxutils import escape

OUT = Path(__file__).resolve().parent / "_static" / "architecture.svg"
WIDTH = 960
INK, SOFT, PAPER = "#1f2933", "#52606d", "#ffffff"

# Each step: title, what it hands on, where it is.
FLOW = [
    ("file", "any rate, any channels", "sound.reading"),
    ("blocks", "float32, mono", "sound.recording"),
    ("encoder", "shared by all domains", "translation.transcription"),
    ("notes", "editable, MIDI", "music"),
    ("decoder", "one for each domain", "translation.synthesis"),
    ("file", "the input's rate and length", "sound.writing"),
]

# Each layer: color, packages with a line each.  A package imports only from the layers below its own.
LAYERS = [
    ("#d9e2ec", [("cli", "commands, one file each; batch/, jobs/")]),
    ("#fdf3c4", [("app", "a page for all jobs"), ("study", "people as judges"), ("video", "films")]),
    (
        "#f0d9b5",
        [
            ("translation", "recordings to notes to sound"),
            ("spectrogram", "transfer, one method a file"),
            ("image", "pictures, one method a file"),
            ("evaluate", "metrics"),
        ],
    ),
    (
        "#fbe3e4",
        [("training", "the loop and its state; only cli/train and other training packages import it")],
    ),
    ("#cfe8cf", [("models", "networks, and the zoo that finds, checks and loads their weights")]),
    (
        "#d3e4f5",
        [
            ("music", "notes, scores, MIDI"),
            ("style", "moments, affine maps, Gram: any feature map"),
            ("serving", "what pages share"),
        ],
    ),
    ("#e3d7f0", [("sound", "files, blocks, resampling, STFT, units")]),
    ("#eeeeee", [("errors, progress, methods, atomic, lazy", "used by all packages, import none of them")]),
]


def text(x: float, y: float, words: str, *, size: int = 13, bold: bool = False, color: str = INK) -> str:
    """Return centered text."""
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:g}" y="{y:g}" font-size="{size}"{weight} fill="{color}" text-anchor="middle">'
        f"{escape(words)}</text>"
    )


def box(x: float, y: float, width: float, height: float, color: str) -> str:
    """Return a rounded box."""
    return (
        f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" fill="{color}"'
        f' stroke="{SOFT}" stroke-width="1"/>'
    )


def draw_flow(top: float) -> list[str]:
    """Return the row of steps of ``audiostyle translate``, with arrows between them."""
    gap, height = 22.0, 74.0
    width = (WIDTH - 40 - gap * (len(FLOW) - 1)) / len(FLOW)
    parts = [text(WIDTH / 2, top - 12, "audiostyle translate song.wav --domain piano", bold=True)]
    for number, (title, detail, place) in enumerate(FLOW):
        x = 20 + number * (width + gap)
        parts += [box(x, top, width, height, "#f0d9b5" if title in ("encoder", "decoder") else PAPER)]
        middle = x + width / 2
        parts += [
            text(middle, top + 21, title, size=14, bold=True),
            text(middle, top + 41, detail, size=9, color=SOFT),
            text(middle, top + 60, place, size=9, color=INK),
        ]
        if number:
            y = top + height / 2
            parts += [
                f'<path d="M{x - gap + 3:g} {y:g} H{x - 4:g}" stroke="{INK}" marker-end="url(#arrow)"/>'
            ]
    return parts


def draw_layers(top: float) -> tuple[list[str], float]:
    """Return the layers, first on top, and where they end."""
    gap, height, y = 10.0, 52.0, top
    parts = [text(WIDTH / 2, top - 12, "a package imports only from the layers below it", bold=True)]
    for color, packages in LAYERS:
        width = (WIDTH - 40 - gap * (len(packages) - 1)) / len(packages)
        for number, (name, line) in enumerate(packages):
            x = 20 + number * (width + gap)
            parts += [box(x, y, width, height, color), text(x + width / 2, y + 22, name, size=14, bold=True)]
            parts += [text(x + width / 2, y + 40, line, size=11, color=SOFT)]
        y += height + gap
    return parts, y


def main() -> None:
    """Draw and write the figure."""
    flow = draw_flow(36)
    layers, bottom = draw_layers(160)
    arrow = (
        '<marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7"'
        ' orient="auto">'
        f'<path d="M0 0 L8 4 L0 8 z" fill="{INK}"/></marker>'
    )
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {bottom:g}" role="img"'
        ' font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif">',
        "<title>The packages of audiostyle in layers, and the data flow of a translation</title>",
        f"<defs>{arrow}</defs>",
        f'<rect width="{WIDTH}" height="{bottom:g}" fill="{PAPER}"/>',
        *flow,
        *layers,
        "</svg>",
    ]
    OUT.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
