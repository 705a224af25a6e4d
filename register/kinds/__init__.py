"""The kinds of declaration, one file each: what is asked, and which case of a policy it is."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache

from register.kinds.kind import Kind


@cache
def all_kinds() -> dict[str, Kind]:
    """Every kind by its name, which is its file's, with hyphens."""
    return {
        module.name.replace("_", "-"): importlib.import_module(f"{__name__}.{module.name}").KIND
        for module in pkgutil.iter_modules(__path__)
        if module.name != "kind"
    }
