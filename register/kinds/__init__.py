"""The kinds of declaration, one file each: its questions, and how a policy's rule is chosen.

The numbers in the files are clauses of the two policies: 003 is residential and short breaks, 004
is supported living.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from register.kinds.kind import Kind


@cache
def all_kinds() -> dict[str, Kind]:
    """Every kind by its name: the name of its file, with hyphens."""
    return {
        module.name.replace("_", "-"): importlib.import_module(f"{__name__}.{module.name}").KIND
        for module in pkgutil.iter_modules(__path__)
        if module.name != "kind"
    }
