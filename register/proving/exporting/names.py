"""The names that bundles have for things."""

from __future__ import annotations

from enum import StrEnum


class SealedPart(StrEnum):
    """What a bundle has of the words of an entry that may be read."""

    OPEN = "open"
    NONE = "none"
    ERASED = "erased"
    WITHHELD = "withheld"


class PictureIs(StrEnum):
    """What a bundle has of a photograph of which an entry tells that may be read."""

    HERE = "here"
    ERASED = "erased"
    WITHHELD = "withheld"
    BROKEN = "broken"
    """The register does not have it any more as it was added."""
