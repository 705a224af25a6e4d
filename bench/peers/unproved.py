"""The register itself, but that it promises nothing, has no tree and signs nothing: what promises
and proofs cost is the difference.

`python -m bench.peers.unproved --port=N` is `register serve --port=N`, with the same settings.
"""

from __future__ import annotations

import sys
from typing import Any

import register.__main__
from register.proving.at_work import Signing


def nothing(*_given: object, **_named: object) -> None:
    pass


if __name__ == "__main__":
    serving: Any = register.__main__
    serving.promise = nothing
    signing: Any = Signing
    signing.start = signing.stop = nothing
    serving.app(["serve", *sys.argv[1:]])
