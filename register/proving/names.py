"""Words for what comes of signing."""

from enum import StrEnum


class Unsigned(StrEnum):
    """Why nothing is signed. docs/proof.md tells what each asks for."""

    NO_PLACE = "no_place_outside"
    PLACE_AWAY = "place_outside_away"
    NOT_OURS = "note_outside_not_ours"
    SHORTER = "shorter_than_signed"
    DIFFERS = "differs_from_signed"
    OTHER_KEY = "other_key_follows"
    NO_SUCCESSION = "no_succession"
    NO_KEY = "no_log_key"
    NOBODY = "nobody_signs"
    FAILS = "signing_fails"
