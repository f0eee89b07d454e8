"""The commands in `docs/classroom.md`, so that tests type what it tells teachers to type."""

import re
from pathlib import Path

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "classroom.md"


def sections() -> dict[str, list[str]]:
    """Return the commands of each section, by its heading, in order."""
    parts = re.split(r"^#+ (.+)\n", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    return {
        heading: [
            line
            for block in re.findall(r"^```sh\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
            for line in block.splitlines()
        ]
        for heading, text in zip(parts[::2], parts[1::2], strict=True)
    }
