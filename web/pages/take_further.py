"""A worker notes that they took a concern further; the page says first what ways there are."""

from __future__ import annotations

from typing import Any

from register.acts.taking_further import take_further
from web.forms.act_form import FilledForm, form_of
from web.forms.ways import ways


def _beside(form: FilledForm) -> dict[str, Any]:
    return {"remain": ways(form.visit, form.situation.declaration)}


TAKE_FURTHER = form_of(take_further, template="taken_further.html", beside=_beside)
