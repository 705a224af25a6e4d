"""The providers with whom people sign in (OIDC), from the file that `REGISTER_PROVIDERS` names."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr
from pydantic import ValidationError as PydanticError
from pydantic_core import PydanticCustomError

from register.setup.settings import THIS_MACHINE, SettingsError, is_address

NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
BAD_NAME = "A provider's name is 1 to 40 small letters, digits and hyphens: it stands in addresses"


def _is_issuer(issuer: str) -> str:
    if not is_address(issuer):
        raise PydanticCustomError(
            "issuer",
            "This is not like https://login.example.org (http is for this machine alone)",
        )
    return issuer


def _listed(given: object) -> object:
    return [given] if isinstance(given, str) else given


Line = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^\S(.*\S)?$")]


class Provider(BaseModel):
    """One provider. `acr`: how people must have signed in there, one of these; any way if empty.
    `trust_email`: an address that the provider has verified finds the person the first time."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: str
    issuer: Annotated[str, AfterValidator(_is_issuer)]
    client_id: Line
    secret: SecretStr
    label: Annotated[Line, Field(max_length=60)]
    acr: Annotated[tuple[Line, ...], BeforeValidator(_listed), Field(strict=False)] = ()
    trust_email: bool = False

    @property
    def is_near(self) -> bool:
        """Whether it is on this machine."""
        return urlsplit(self.issuer).hostname in THIS_MACHINE


Providers = Mapping[str, Provider]


def read_providers(file: Path | None) -> Providers:
    """The providers by name. Raises `SettingsError` with everything that is wrong in the file."""
    if file is None:
        return {}
    found, wrong = {}, []
    for name, told in _tables(file).items():
        try:
            found[name] = _provider(name, told, file.parent)
        except SettingsError as error:
            wrong.append(str(error))
    wrong += _told_twice(found)
    if wrong:
        raise SettingsError("\n".join(wrong))
    return found


def _tables(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise SettingsError(f"REGISTER_PROVIDERS: {file} cannot be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise SettingsError(f"REGISTER_PROVIDERS: {file} is not written in TOML") from None


def _provider(name: str, told: object, folder: Path) -> Provider:
    at = f"REGISTER_PROVIDERS: [{name}]"
    if not isinstance(told, dict):
        raise SettingsError(f"REGISTER_PROVIDERS: {name} is not in the table of a provider")
    wrong = [] if NAME.fullmatch(name) else [f"{at}: {BAD_NAME}"]
    given = {key: value for key, value in told.items() if key != "client_secret_file"}
    try:
        given["secret"] = SecretStr(_secret(told.get("client_secret_file"), folder))
    except SettingsError as error:
        wrong.append(f"{at} client_secret_file: {error}")
        given["secret"] = SecretStr("missing")
    if "name" in told or "secret" in told:
        wrong.append(f"{at}: the name is that of the table, and the secret is in a file")
    try:
        provider = Provider(**{**given, "name": name})
    except PydanticError as error:
        wrong += [f"{at} {each['loc'][0]}: {each['msg']}" for each in error.errors()]
    if wrong:
        raise SettingsError("\n".join(wrong))
    return provider


def _secret(file: object, folder: Path) -> str:
    """The client's secret, from a file beside that of the providers or anywhere else."""
    if not isinstance(file, str):
        raise SettingsError("Name the file with the client's secret")
    try:
        secret = (folder / file).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        raise SettingsError("This file cannot be read") from None
    if not secret:
        raise SettingsError("This file is empty")
    return secret


def _told_twice(found: Providers) -> list[str]:
    """Two providers that are the same one: whose answer it is could not be told."""
    issuers = [each.issuer for each in found.values()]
    return [
        f"REGISTER_PROVIDERS: [{name}] issuer: another provider has the same"
        for name, each in found.items()
        if issuers.count(each.issuer) > 1
    ]
