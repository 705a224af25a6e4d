"""What people do with declarations: one verb a file, each a pure rule, and what the rules share.

To declare and to add a photograph are no acts of this shape. Both are a PUT under an id that the
device chooses: to declare, there is no declaration yet, and a photograph is bytes and no answers.
"""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import Any

from events.names import Why
from register.acts.act import Act


@cache
def all_acts() -> tuple[Act[Any], ...]:
    """Every act, in the order in which a page shows them: whatever is called `ACT` in a file of
    this folder."""
    modules = (each.name for each in pkgutil.iter_modules(__path__))
    loaded = (importlib.import_module(f"{__name__}.{each}") for each in modules)
    acts = [each.ACT for each in loaded if hasattr(each, "ACT")]
    return tuple(sorted(acts, key=lambda act: (act.place, act.name)))


@cache
def act_for(why: Why) -> Act[Any]:
    """The act that an alert asks for."""
    (act,) = (each for each in all_acts() if each.answers == why)
    return act


def participles() -> dict[str, str]:
    """The participle of every act that a policy may order, by the act's name."""
    return {each.name: each.participle for each in all_acts() if each.participle}
