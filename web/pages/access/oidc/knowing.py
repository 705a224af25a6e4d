"""What is known of a provider: where it is asked what, and the keys with which it signs."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from register.setup.providers import Provider
from register.setup.settings import is_address
from web.pages.access.oidc.asking import Asking, AwayError

KNOWN_FOR = 600.0
"""Seconds; a provider that changes its keys says so by the id of a new one."""
AWAY_FOR = 15.0
"""Seconds for which a provider that did not answer is not asked again."""
KEYS_AGAIN = 10.0
"""Seconds between two looks for a key that is not known."""
AT_ONCE = 8
"""How many may ask one provider at the same time; as many others wait for a place."""
FROM_ONE_ADDRESS = 6
"""How many of one address may ask or wait: whoever floods leaves places to others."""
PATIENCE = 2.0
"""Seconds that somebody waits for a place."""
SIGNED_BY = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "Ed25519",
)
"""All of them asymmetric: whoever can check a signature cannot make one."""
KINDS_OF_KEYS = ("RSA", "EC", "OKP")
BASIC = "client_secret_basic"
BY_SECRET = (BASIC, "client_secret_post")
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Known:
    """Asks a provider about itself when need be, and remembers it for some minutes."""

    def __init__(
        self,
        provider: Provider,
        asking: Asking | None = None,
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.provider = provider
        self.asking = asking or Asking(provider.label, provider.is_near)
        self._clock = clock or time.monotonic
        self._lock = threading.Lock()
        self._counting = threading.Lock()
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._inside = Counter[str]()
        self._metadata: OpenIDProviderMetadata | None = None
        self._keys: KeySet | None = None
        self._metadata_at = self._keys_at = self._away_at = float("-inf")

    @property
    def is_away(self) -> bool:
        """Whether it did not answer a moment ago. Nobody is asked now."""
        return self._clock() - self._away_at < AWAY_FOR

    @contextmanager
    def asked(self, address: str = "") -> Iterator[None]:
        """While inside, somebody at an address waits for the provider; where it is this machine, or
        the provider itself, it is empty. Raises `AwayError` where many wait already, or where it
        did not answer a moment ago."""
        if self.is_away:
            raise AwayError(self.provider.label, "away")
        with self._counted(address):
            if not self._places.acquire(timeout=PATIENCE):
                raise AwayError(self.provider.label, "too many wait")
            try:
                yield
            except AwayError as error:
                if error.is_for_all:
                    self._away_at = self._clock()
                raise
            finally:
                self._places.release()

    @contextmanager
    def _counted(self, address: str) -> Iterator[None]:
        with self._counting:
            is_flood = bool(address) and self._inside[address] >= FROM_ONE_ADDRESS
            if is_flood or self._inside.total() >= 2 * AT_ONCE:
                raise AwayError(self.provider.label, "too many wait")
            self._inside[address] += 1
        try:
            yield
        finally:
            with self._counting:
                self._inside[address] -= 1
                self._inside += Counter()  # those of whom none is left

    def metadata(self) -> OpenIDProviderMetadata:
        """Where it is asked what. Raises `AwayError`."""
        with self._one_by_one():
            if self._metadata is None or self._clock() - self._metadata_at > KNOWN_FOR:
                url = get_well_known_url(self.provider.issuer, external=True)
                self._metadata = self._checked(self.asking.get(url))
                self._metadata_at = self._clock()
            return self._metadata

    def keys(self, key_id: object = None) -> KeySet:
        """Its keys; asked for again where the one wanted is not among them. Raises `AwayError`."""
        url = self.metadata()["jwks_uri"]
        with self._one_by_one():
            age = self._clock() - self._keys_at
            is_missed = key_id is not None and age > KEYS_AGAIN and not self._has(key_id)
            if self._keys is None or age > KNOWN_FOR or is_missed:
                self._keys = self._read(self.asking.get(url))
                self._keys_at = self._clock()
            return self._keys

    def algorithms(self) -> list[str]:
        """With what it says that it signs, as far as that is taken."""
        said = signed_by(self.metadata())
        return [each for each in SIGNED_BY if each in said]

    @contextmanager
    def _one_by_one(self) -> Iterator[None]:
        """One of those who wait asks; the others find the answer."""
        if not self._lock.acquire(timeout=self.asking.deadline):
            raise AwayError(self.provider.label, "slow")
        try:
            yield
        finally:
            self._lock.release()

    def _has(self, key_id: object) -> bool:
        return self._keys is not None and any(each.kid == key_id for each in self._keys.keys)

    def _checked(self, told: dict[str, Any]) -> OpenIDProviderMetadata:
        metadata = OpenIDProviderMetadata(told)
        try:
            is_whole = all(_is_endpoint(metadata[name]) for name in ENDPOINTS)
            is_whole = is_whole and bool(ways_to_prove(metadata))
            metadata.validate_token_endpoint_auth_methods_supported()
            is_whole = is_whole and all(isinstance(each, str) for each in signed_by(metadata))
        except (ValueError, KeyError, TypeError, AttributeError):
            is_whole = False
        if not is_whole or metadata.get("issuer") != self.provider.issuer:
            raise AwayError(self.provider.label, "says it is another, or not where")
        return metadata

    def _read(self, told: dict[str, Any]) -> KeySet:
        try:
            usable = [key for key in told["keys"] if key.get("kty") in KINDS_OF_KEYS]
            public = [key for key in usable if key.get("use", "sig") == "sig" and "d" not in key]
            return KeySet.import_key_set({"keys": public})
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            raise AwayError(self.provider.label, "has keys that cannot be read") from None


def signed_by(metadata: Mapping[str, Any]) -> list[Any]:
    return list(metadata.get("id_token_signing_alg_values_supported") or ["RS256"])


def ways_to_prove(metadata: Mapping[str, Any]) -> list[str]:
    """How the register may prove to a provider, by its secret, that it is the register."""
    taken = metadata.get("token_endpoint_auth_methods_supported") or [BASIC]
    return [each for each in BY_SECRET if each in taken]


def _is_endpoint(url: object) -> bool:
    return isinstance(url, str) and is_address(url.partition("?")[0])
