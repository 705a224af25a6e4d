"""Which witnesses are asked, and how many of them make a checkpoint a witnessed one."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from events.proof.cosignatures import CosignerKey


class Uncosigned(StrEnum):
    """Why a witness has not cosigned."""

    AWAY = "witness_away"
    HAS_SEEN_MORE = "witness_has_seen_more"
    REFUSES = "witness_refuses"
    BAD_ANSWER = "witness_answers_badly"


class WitnessAt(Struct, frozen=True):
    key: CosignerKey
    url: str
    """Its submission prefix."""


class Policy(Struct, frozen=True):
    witnesses: tuple[WitnessAt, ...] = ()
    quorum: int = 0
    """How many have to cosign."""

    @property
    def keys(self) -> list[CosignerKey]:
        return [each.key for each in self.witnesses]
