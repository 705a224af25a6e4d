"""The witnesses that are asked, from the TOML file that `REGISTER_WITNESSES` names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from events.proof.cosignatures import CosignerKey
from events.proof.notes import BadKeyError
from register.proving.cosigned.policy import Policy, WitnessAt
from register.proving.witness.logs import BadFileError, read_toml, words_of
from register.setup.settings import SettingsError, is_address


def _is_key(text: str) -> str:
    try:
        CosignerKey.read(text)
    except BadKeyError as error:
        raise PydanticCustomError("key", "{words}", {"words": str(error)}) from None
    return text


def _is_url(url: str) -> str:
    if not is_address(url):
        raise PydanticCustomError("url", "This is not like https://witness.example.org")
    return url


class _Witness(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: Annotated[str, AfterValidator(_is_key)]
    url: Annotated[str, AfterValidator(_is_url)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    quorum: Annotated[int, Field(ge=1, strict=True)]
    witness: Annotated[list[_Witness], Field(min_length=1)]

    @model_validator(mode="after")
    def _can_be_reached(self) -> _File:
        keys = [CosignerKey.read(each.key).raw for each in self.witness]
        if len(set(keys)) < len(keys):
            raise PydanticCustomError("twice", "A witness is there twice")
        if self.quorum > len(self.witness):
            raise PydanticCustomError("quorum", "The quorum is more than there are witnesses")
        return self


def read_policy(file: Path | None) -> Policy:
    """Raises `SettingsError` with everything that is wrong in the file."""
    if file is None:
        return Policy()
    try:
        found = _File.model_validate(read_toml(file))
    except BadFileError as error:
        raise SettingsError(f"REGISTER_WITNESSES: {error}") from None
    except ValidationError as error:
        raise SettingsError(f"REGISTER_WITNESSES: {words_of(error, file)}") from None
    asked = (WitnessAt(CosignerKey.read(each.key), each.url) for each in found.witness)
    return Policy(tuple(asked), found.quorum)
