"""The logs that a witness knows, and its own name, from a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from msgspec import Struct
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from events.proof.notes import BadKeyError, BadNoteError, PublicKey, check_name, read_note
from events.proof.successions import read_succession, succession_of


class BadFileError(Exception):
    """The file cannot be read, or says what cannot be."""


def _is_name(name: str) -> str:
    try:
        check_name(name)
    except BadKeyError as error:
        raise PydanticCustomError("name", "{words}", {"words": str(error)}) from None
    return name


def _is_key(text: str) -> str:
    try:
        PublicKey.read(text)
    except BadKeyError as error:
        raise PydanticCustomError("key", "{words}", {"words": str(error)}) from None
    return text


class _Log(BaseModel):
    model_config = ConfigDict(extra="forbid")

    origin: Annotated[str, Field(min_length=1, pattern=r"^[^\x00-\x1f]+$")]
    keys: Annotated[list[Annotated[str, AfterValidator(_is_key)]], Field(min_length=1)]
    follows: str | None = None
    """The file with the note in which an earlier log names this one."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, AfterValidator(_is_name)]
    log: Annotated[list[_Log], Field(min_length=1)]


class Known(Struct, frozen=True):
    name: str
    """What the witness is called."""
    logs: Mapping[str, Sequence[PublicKey]]
    """The keys of each log that goes on, by its origin."""
    after: Mapping[str, str] = {}
    """Which log each one follows, where it does, by their origins."""


def read_known(file: Path) -> Known:
    """Raises `BadFileError` with everything that is wrong."""
    try:
        found = _File.model_validate(read_toml(file))
    except ValidationError as error:
        raise BadFileError(words_of(error, file)) from None
    logs: dict[str, Sequence[PublicKey]] = {}
    for each in found.log:
        if each.origin in logs:
            raise BadFileError(f"{file}: the log {each.origin} is there twice")
        logs[each.origin] = [PublicKey.read(key) for key in each.keys]
    after = {
        each.origin: _followed(file, each, logs) for each in found.log if each.follows is not None
    }
    ended = set(after.values()) - set(_same(after))
    going_on = {origin: keys for origin, keys in logs.items() if origin not in ended}
    return Known(found.name, going_on, {new: old for new, old in after.items() if new != old})


def _followed(file: Path, log: _Log, logs: Mapping[str, Sequence[PublicKey]]) -> str:
    """The origin of the log that one follows. Raises `BadFileError`."""
    note = file.parent / str(log.follows)
    try:
        old = PublicKey.read(read_succession(read_note(note.read_bytes()).text).old)
        succession = succession_of(note.read_bytes(), old)
    except OSError:
        raise BadFileError(f"{note} cannot be read") from None
    except BadNoteError as error:
        raise BadFileError(f"{note}: {error}") from None
    if old not in logs.get(old.name, ()):
        raise BadFileError(f"{note}: it is not signed by a key of a log that is known here")
    if succession.new not in map(str, logs[log.origin]):
        raise BadFileError(f"{note}: it names another key than those of {log.origin}")
    return old.name


def _same(after: Mapping[str, str]) -> list[str]:
    """Logs that took another key and kept their name."""
    return [new for new, old in after.items() if new == old]


def read_toml(file: Path) -> dict[str, Any]:
    """Raises `BadFileError`."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise BadFileError(f"{file} cannot be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise BadFileError(f"{file} is not written in TOML") from None


def words_of(error: ValidationError, file: Path) -> str:
    return "\n".join(
        f"{file}, {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()
    )
