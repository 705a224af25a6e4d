"""What others verify the register with: checkpoints and proofs, and the tree as tiles."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct
from pydantic import Field
from starlette.responses import Response

from register.answers import Answers
from register.errors import InvalidError, NotFoundError
from register.proving.proofs import WIDE
from web.api.calls import Call
from web.api.operations import Operation
from web.api.representation import json_response
from web.requests.queries import Id, NoQuery, Position
from web.requests.receipt import receipt_of

BYTES = "application/octet-stream"
TEXT = "text/plain; charset=utf-8"
FOR_A_MOMENT = {"Cache-Control": "public, max-age=2"}
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable"}
ENTRIES = "entries"
TILE = re.compile(
    r"(entries|[0-9]|[1-5][0-9]|6[0-3])/((?:x[0-9]{3}/){0,4}[0-9]{3})(?:\.p/([0-9]{1,3}))?"
)
"""The level, or that entries are wanted; the index, in parts of three digits; and the width."""


class CheckpointView(Struct):
    """The last checkpoint. `note` is the checkpoint as it was signed, with what witnesses have
    cosigned; `key` is the public key. `successions` are the notes by which earlier keys of this log
    named those after them. `witnesses` are the keys of those who are asked to cosign, and `quorum`
    is how many of them have to. `witnessed` is the newest checkpoint by this key that as many have
    cosigned, or null: the last one, or, as they sign a moment later, one before it."""

    origin: str
    size: int
    root: str
    key: str
    signed_at: datetime
    note: str
    successions: list[str]
    witnesses: list[str]
    quorum: int
    witnessed: str | None


class ConsistencyView(Struct):
    """That the tree of size `new` begins with that of size `old` (RFC 9162, 2.1.4), in base64."""

    old: int
    new: int
    old_root: str
    new_root: str
    hashes: list[str]


class InclusionView(Struct):
    """That an entry is in the tree of the checkpoint in `note` (RFC 9162, 2.1.3), in base64."""

    position: int
    index: int
    leaf: str
    hashes: list[str]
    size: int
    note: str
    key: str


class PromiseKeyView(Struct):
    """A key with which was promised, and that an entry of the log names: `entry` has the bytes of
    which its leaf is the digest, `proof` is a proof as a file, or null if it is not signed yet."""

    key: str
    entry: str
    proof: str | None


class PromiseKeyList(Struct):
    items: list[PromiseKeyView]
    next: None = None


class ConsistencyQuery(Answers):
    old: Position = Field(description="The size of the older tree")
    new: Position | None = Field(
        default=None, description="The size of the newer tree; the one signed last if not given"
    )


class InclusionQuery(Answers):
    declaration: Id | None = None
    version: Position | None = Field(
        default=None, description="Which of its entries, from 1; the first if not given"
    )
    position: Position | None = Field(
        default=None, description="In place of a declaration, for auditors: which entry it is"
    )


def get_checkpoint(call: Call) -> Response:
    call.asked(NoQuery)
    proofs = call.register.proofs
    found, asked = proofs.published(), proofs.witnesses
    kept = found.kept
    return json_response(
        CheckpointView(
            kept.note.partition("\n")[0],
            kept.size,
            _base64(found.root),
            kept.key,
            kept.signed_at,
            kept.note,
            list(found.successions),
            [str(each) for each in asked.keys],
            asked.quorum,
            None if found.witnessed is None else found.witnessed.note,
        )
    )


def get_consistency(call: Call) -> Response:
    asked = call.asked(ConsistencyQuery)
    found = call.register.proofs.consistency(asked.old, asked.new)
    old_root, new_root = map(_base64, (found.old_root, found.new_root))
    return json_response(
        ConsistencyView(found.old, found.new, old_root, new_root, _listed(found.hashes))
    )


def get_inclusion(call: Call) -> Response:
    asked, proofs = call.asked(InclusionQuery), call.register.proofs
    if (asked.declaration is None) == (asked.position is None):
        raise InvalidError.of("declaration", "Give a declaration, or a position.")
    if asked.position is not None:
        found = proofs.inclusion_at(call.by, asked.position)
    else:
        version = 1 if asked.version is None else asked.version
        found = proofs.inclusion(call.by, str(asked.declaration), version)
    return json_response(
        InclusionView(
            found.position,
            found.index,
            _base64(found.leaf),
            _listed(found.hashes),
            found.kept.size,
            found.kept.note,
            found.kept.key,
        )
    )


def get_promise_keys(call: Call) -> Response:
    call.asked(NoQuery)
    found = call.register.receipts.promise_keys()
    return json_response(
        PromiseKeyList(
            [
                PromiseKeyView(
                    each.key, _base64(each.entry), None if each.proof is None else str(each.proof)
                )
                for each in found
            ]
        )
    )


def get_receipt(call: Call) -> Response:
    call.asked(NoQuery)
    return receipt_of(call)


def get_log_checkpoint(call: Call) -> Response:
    return Response(call.register.proofs.checkpoint(), media_type=TEXT, headers=FOR_A_MOMENT)


def get_tile(call: Call) -> Response:
    match = TILE.fullmatch(call.path["tile"])
    if match is None:
        raise NotFoundError("This is not the address of a tile.")
    which, parts, partial = match.groups()
    index = int(parts.replace("/", "").replace("x", ""))
    width = WIDE if partial is None else int(partial)
    if not _is_written_so(parts, partial) or (partial is not None and not 0 < width < WIDE):
        raise NotFoundError("This is not the address of a tile.")
    proofs = call.register.proofs
    tile = (
        proofs.bundle(index, width) if which == ENTRIES else proofs.tile(int(which), index, width)
    )
    return Response(tile, media_type=BYTES, headers=FOR_GOOD)


def _is_written_so(parts: str, partial: str | None) -> bool:
    """Whether numbers are written in their one way."""
    return not (parts.startswith("x000") or (partial or "1").startswith("0"))


def _listed(hashes: Iterable[bytes]) -> list[str]:
    return [_base64(each) for each in hashes]


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


OPERATIONS = [
    Operation(
        "GET",
        "/api/checkpoint",
        get_checkpoint,
        "The last signed checkpoint",
        {200: CheckpointView},
        query=NoQuery,
        refusals=("invalid", "not_found"),
        is_public=True,
    ),
    Operation(
        "GET",
        "/api/proofs/consistency",
        get_consistency,
        "The proof that one signed tree begins with another",
        {200: ConsistencyView},
        query=ConsistencyQuery,
        refusals=("invalid", "not_found"),
        is_public=True,
    ),
    Operation(
        "GET",
        "/api/proofs/inclusion",
        get_inclusion,
        "The proof that an entry is in the signed tree, for who may see it",
        {200: InclusionView},
        query=InclusionQuery,
        refusals=("invalid", "forbidden", "not_found", "conflict"),
    ),
    Operation(
        "GET",
        "/api/proofs/promise-keys",
        get_promise_keys,
        "The keys with which was promised, and the entries that name them",
        {200: PromiseKeyList},
        query=NoQuery,
        refusals=("invalid",),
        is_public=True,
    ),
    Operation(
        "GET",
        "/api/declarations/{id}/receipt",
        get_receipt,
        "Its receipt: the proof that it is in the signed tree, and its promise (C2SP tlog-proof)",
        {200: bytes},
        query=NoQuery,
        refusals=("invalid", "not_found"),
        gives=TEXT,
    ),
    Operation(
        "GET",
        "/log/checkpoint",
        get_log_checkpoint,
        "The last checkpoint as a signed note (C2SP tlog-tiles)",
        {200: bytes},
        refusals=("not_found",),
        is_public=True,
        gives=TEXT,
    ),
    Operation(
        "GET",
        "/log/tile/{tile:path}",
        get_tile,
        "A tile of the tree, or a bundle of leaves (C2SP tlog-tiles)",
        {200: bytes},
        refusals=("not_found",),
        is_public=True,
        gives=BYTES,
    ),
]
