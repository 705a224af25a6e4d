"""Kinds that live in the tests alone, dropped in for a while as their files would be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from register.acts.correcting import CORRECTIONS, correction_of
from register.acts.declaring import TELLINGS, telling_of
from register.acts.settling import SETTLEMENTS, settlement_of
from register.kinds import all_kinds


@contextmanager
def dropped_in(*modules: ModuleType) -> Iterator[None]:
    """The kinds of these files are there, under the names of the files, until the end."""
    names = [module.__name__.rpartition(".")[2].replace("_", "-") for module in modules]
    for name, module in zip(names, modules, strict=True):
        all_kinds()[name] = module.KIND
        TELLINGS[name], CORRECTIONS[name] = telling_of(name), correction_of(name)
        if module.KIND.outcomes:
            SETTLEMENTS[name] = settlement_of(name)
    try:
        yield
    finally:
        for name in names:
            del all_kinds()[name], TELLINGS[name], CORRECTIONS[name]
            SETTLEMENTS.pop(name, None)
