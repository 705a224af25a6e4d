"""Why a witness does not cosign, for those who serve it."""

from events.proof.witnessing import NotCosignedError, Refusal

__all__ = ["NotCosignedError", "Refusal"]
