"""A receipt as a file: it holds no words, so no look at them is noted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from starlette.responses import Response

from register.register import Register

HEADERS = {
    "Cache-Control": "no-store",
    "Content-Disposition": 'attachment; filename="receipt.tlog-proof"',
}


class Asking(Protocol):
    """Who asks for the receipt of the declaration that the path names."""

    @property
    def register(self) -> Register: ...
    @property
    def by(self) -> str: ...
    @property
    def path(self) -> Mapping[str, Any]: ...


def receipt_of(asking: Asking) -> Response:
    receipt = asking.register.receipts.receipt(asking.by, asking.path["id"])
    return Response(str(receipt), media_type="text/plain; charset=utf-8", headers=HEADERS)
