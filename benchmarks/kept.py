"""What benchmarks have measured so far, kept in files, so that they go on where they were stopped."""

import json
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "runs"


class Kept:
    """Numbers by what they were measured of, in a file of JSON lines.

    Args:
        path: of the file; it need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        self.found: dict[str, list[float]] = {line["of"]: line["numbers"] for line in map(json.loads, lines)}

    def add(self, of: str, numbers: Sequence[float]) -> None:
        """Keep what was measured."""
        self.found[of] = [float(number) for number in numbers]
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"of": of, "numbers": self.found[of]}, ensure_ascii=False) + "\n")
