"""What is measured: a file each, found by listing this folder. `rows` yields the file's rows."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator

from bench.measuring import Row
from bench.workshop import Workshop

Rows = Callable[[Workshop], Iterator[Row]]


def all_rows() -> dict[str, Rows]:
    """By the name of the file, in the order of the names."""
    return {
        module.name: importlib.import_module(f"{__name__}.{module.name}").rows
        for module in pkgutil.iter_modules(__path__)
    }
