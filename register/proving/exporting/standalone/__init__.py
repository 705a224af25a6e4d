"""The verifier that goes with a bundle. Its two files are joined to one that stands alone."""

from __future__ import annotations

import re
from pathlib import Path

HERE = Path(__file__).parent
NOT_ALONE = re.compile(r"^from (?:__future__|register\S*) import (?:\([^)]*\)|.*)\n", re.MULTILINE)
"""What the second file imports of the first, and what may only stand in the first line."""


def verifier() -> bytes:
    """The one file."""
    first, second = (
        (HERE / name).read_text(encoding="utf-8") for name in ("formats.py", "verify.py")
    )
    return f"{first}\n\n{NOT_ALONE.sub('', second)}".encode()
