"""Checks what a provider says: its answers to browsers, its tokens, that somebody signed out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote_plus

from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jws import JWSRegistry

from register.access.signing_in import FRESH
from register.errors import ForbiddenError
from register.setup.providers import Provider
from web.pages.access.oidc.knowing import BASIC, Known, ways_to_prove
from web.pages.access.oidc.way_in import WayIn, Why

LEEWAY = 60
"""Seconds by which two clocks may differ."""
ISSUED_WITHIN = 600
"""Seconds: a token is made for one answer, and given at once."""
LOGGED_OUT = "http://schemas.openid.net/event/backchannel-logout"
LOGOUT_TYPE = "logout+jwt"
LONGEST_HEADER = 4096
LONGEST_CODE = 4096
"""Some providers keep a whole sign-in in it; none sends more."""
FORM = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
HAS_ISS = "authorization_response_iss_parameter_supported"
AGAIN = "Nobody was signed in, and nothing was changed. Please begin again on this page."
WORDS = {
    "state": "This sign-in did not begin in this browser, or began more than ten minutes ago.",
    "replayed": "This sign-in has been used already.",
    "acr": "{label} says that you signed in there in a way that is not strong enough for the "
    "register. Sign in there with your smartcard or security key, or as you were told to.",
    "declined": "You did not sign in at {label}.",
    "auth_time": "{label} did not ask you to sign in again.",
    "other": "You signed in at {label} as somebody else than here.",
}
USUAL_WORDS = "The answer that came from {label} was not right, so the register did not take it."


class RefusedError(ForbiddenError):
    """What a provider said is not believed. `why` is for the log, and says nothing of anybody."""

    def __init__(self, label: str, why: str) -> None:
        self.why = why
        super().__init__(f"{WORDS.get(why, USUAL_WORDS).format(label=label)} {AGAIN}")


def way_to(known: Known, way: WayIn, callback: str) -> str:
    """Where the browser is sent to, with what the provider has to know."""
    provider, again = known.provider, way.why is Why.AGAIN
    url: str = prepare_grant_uri(
        known.metadata()["authorization_endpoint"],
        provider.client_id,
        "code",
        callback,
        "openid email" if provider.trust_email else "openid",
        way.state,
        nonce=way.nonce,
        code_challenge=create_s256_code_challenge(way.verifier),
        code_challenge_method="S256",
        acr_values=" ".join(provider.acr) or None,
        prompt="login" if again else None,
        max_age="0" if again else None,
    )
    return url


def check_issuer(known: Known, issuer: str | None) -> None:
    """Raises `RefusedError` if an answer is another provider's (RFC 9207)."""
    if issuer is None and not known.metadata().get(HAS_ISS):
        return
    if issuer != known.provider.issuer:
        raise RefusedError(known.provider.label, "iss")


def code_in(known: Known, given: Mapping[str, str]) -> str:
    """The code in an answer. Raises `RefusedError` where there is none, or one that no provider
    sends: it is not asked what it makes of that."""
    if "error" in given:
        raise RefusedError(known.provider.label, "declined")
    code = given.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE or not (code.isascii() and code.isprintable()):
        raise RefusedError(known.provider.label, "code")
    return code


def exchanged(known: Known, way: WayIn, code: str, callback: str) -> dict[str, Any]:
    """The tokens for a code. Raises `RefusedError` if the provider knows no such code, or answers
    with what makes no sense: it may have stumbled over the code, which anybody can make up."""
    provider, metadata = known.provider, known.metadata()
    body = prepare_token_request(
        "authorization_code", "", callback, code=code, code_verifier=way.verifier
    )
    for method in ways_to_prove(metadata):  # it may list more than it takes from the register
        url, headers, sent = _client(provider, method).prepare(
            "POST", metadata["token_endpoint"], dict(FORM), body
        )
        answer = known.asking.post_for_one(url, sent, headers)
        if (answer.told or {}).get("error") != "invalid_client":
            break
    else:
        raise RefusedError(provider.label, "client")
    if answer.status != 200 or answer.told is None:
        raise RefusedError(provider.label, "code")
    return answer.told


def _client(provider: Provider, method: str) -> ClientAuth:
    """Proves that the register is the register. In a header, both are written as in a form."""
    told = (provider.client_id, provider.secret.get_secret_value())
    return ClientAuth(*(map(quote_plus, told) if method == BASIC else told), method)


def who_signed_in(
    known: Known, way: WayIn, tokens: Mapping[str, Any], now: datetime
) -> CodeIDToken:
    """What the ID token says. Raises `RefusedError` unless all of it is right."""
    header, said = _read(known, tokens.get("id_token"))
    label, options = known.provider.label, _options(known)
    params = {
        "nonce": way.nonce,
        "client_id": known.provider.client_id,
        "access_token": tokens.get("access_token"),
    }
    claims = CodeIDToken(said, header, options, params)
    try:
        claims.validate(int(now.timestamp()), LEEWAY)
    except ClaimError as error:
        raise RefusedError(label, error.claim) from None
    except (JoseError, TypeError, ValueError):
        raise RefusedError(label, "token") from None
    _check_for_us_alone(known, claims)
    if not _is_lately(claims["iat"], now, ISSUED_WITHIN):
        raise RefusedError(label, "iat")
    if known.provider.acr and claims.get("acr") not in known.provider.acr:
        raise RefusedError(label, "acr")
    if way.why is Why.AGAIN and not _is_lately(claims.get("auth_time"), now, FRESH.total_seconds()):
        raise RefusedError(label, "auth_time")
    return claims


def verified_at(claims: Mapping[str, Any], now: datetime) -> datetime:
    """When whoever signed in proved who they are. Where the provider does not say so, or says that
    it was long ago, they came in just now, but that is not fresh enough for what matters most."""
    stale, at = now - FRESH - timedelta(seconds=1), claims.get("auth_time")
    if not _is_lately(at, now, FRESH.total_seconds()):
        return stale
    return min(now, datetime.fromtimestamp(float(str(at)), UTC))


def verified_email(
    known: Known, claims: Mapping[str, Any], tokens: Mapping[str, Any]
) -> str | None:
    """The address of whoever signed in, if the provider is trusted with it and says it is verified.
    It is asked for where the token has none."""
    if not known.provider.trust_email:
        return None
    told, endpoint = claims, known.metadata().get("userinfo_endpoint")
    access = tokens.get("access_token")
    if "email" not in told and isinstance(endpoint, str) and isinstance(access, str):
        answer = known.asking.get_for_one(endpoint, {"Authorization": f"Bearer {access}"})
        told = answer.told or {}
        if answer.status != 200 or told.get("sub") != claims["sub"]:
            raise RefusedError(known.provider.label, "userinfo")
    email = told.get("email")
    is_verified = any(told.get(each) in (True, "true", "1") for each in _VERIFIED)
    return email if isinstance(email, str) and is_verified else None


_VERIFIED = ("email_verified", "xms_edov")
"""What says that an address is verified; the second is what Entra ID says instead of the first."""


def subject_of(known: Known, claims: Mapping[str, Any]) -> tuple[str, str, str]:
    """What tells a person from all others: for Entra ID the tenant and the object, which are the
    same for every application; for others the issuer and the subject."""
    issuer, tenant, person = known.provider.issuer, claims.get("tid"), claims.get("oid")
    is_entra = isinstance(tenant, str) and issuer.split("/")[-2:] == [tenant, "v2.0"]
    if is_entra and isinstance(person, str) and person:
        return "entra", str(tenant), person
    return "subject", issuer, claims["sub"]


def signed_out(known: Known, token: object, now: datetime) -> Mapping[str, Any]:
    """What a logout token says, by which a provider tells that somebody signed out there. Raises
    `RefusedError` unless all of it is right, but for its being used once."""
    header, said = _read(known, token)
    label = known.provider.label
    is_right = {
        "typ": str(header.get("typ", "")).lower() in (LOGOUT_TYPE, f"application/{LOGOUT_TYPE}"),
        "iss": said.get("iss") == known.provider.issuer,
        "aud": _is_for_us(known, said),
        "iat": _is_lately(said.get("iat"), now, ISSUED_WITHIN),
        "exp": "exp" not in said or _is_to_come(said["exp"], now),
        "jti": is_name(said.get("jti")),
        "events": isinstance(said.get("events"), dict)
        and isinstance(said["events"].get(LOGGED_OUT), dict),
        "nonce": "nonce" not in said,
        "who": any(is_name(said.get(each)) for each in ("sid", "sub")),
    }
    for claim, right in is_right.items():
        if not right:
            raise RefusedError(label, f"logout {claim}")
    return said


def too_old_at(now: datetime) -> datetime:
    """When a logout token that is taken now is surely too old to be taken again."""
    return now + timedelta(seconds=ISSUED_WITHIN + 2 * LEEWAY)


def _options(known: Known) -> Any:
    return {
        "iss": {"essential": True, "value": known.provider.issuer},
        "aud": {"essential": True, "value": known.provider.client_id},
        "sub": {"essential": True},
    }


def _read(known: Known, token: object) -> tuple[dict[str, Any], dict[str, Any]]:
    """The header and the claims of a token that the provider has signed."""
    algorithms, label = known.algorithms(), known.provider.label
    if not isinstance(token, str) or not algorithms:
        raise RefusedError(label, "token")
    registry = JWSRegistry(algorithms=algorithms, strict_check_header=False)
    registry.max_header_length = LONGEST_HEADER
    try:
        read = jwt.decode(
            token, lambda part: known.keys(part.headers().get("kid")), algorithms, registry
        )
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
        raise RefusedError(label, "signature") from None
    return read.header, read.claims


def _check_for_us_alone(known: Known, claims: Mapping[str, Any]) -> None:
    if not _is_for_us(known, claims):
        raise RefusedError(known.provider.label, "aud")


def _is_for_us(known: Known, claims: Mapping[str, Any]) -> bool:
    """Whether a token is for the register, and for nobody besides."""
    ours = known.provider.client_id
    return claims.get("aud") in (ours, [ours])


def is_name(told: object) -> bool:
    """Whether it names something, such as a session or its owner."""
    return isinstance(told, str) and bool(told)


def _is_number(told: object) -> bool:
    return isinstance(told, int | float) and not isinstance(told, bool) and math.isfinite(told)


def _is_lately(told: Any, now: datetime, seconds: float) -> bool:
    return _is_number(told) and -LEEWAY <= now.timestamp() - told <= seconds


def _is_to_come(told: Any, now: datetime) -> bool:
    return _is_number(told) and told > now.timestamp() - LEEWAY
