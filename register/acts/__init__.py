"""What people do with declarations: one verb a file, each a pure rule, and what the rules share."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from register.acts.act import Act


@cache
def all_acts() -> tuple[Act[Any], ...]:
    """Every act whose address is that of a declaration, in the order in which a page shows them:
    whatever is called `ACT` in a file of this folder."""
    modules = (each.name for each in pkgutil.iter_modules(__path__))
    loaded = (importlib.import_module(f"{__name__}.{each}") for each in modules)
    acts = [each.ACT for each in loaded if hasattr(each, "ACT")]
    return tuple(sorted(acts, key=lambda act: (act.place, act.name)))
