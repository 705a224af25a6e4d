"""News where a declaration does not stand alone: others of the same pair, and other services."""

from __future__ import annotations

import re

from tests.browser import Office
from tests.cast import directed, gift


def new_to(person: str, here: Office) -> list[str]:
    items = here.register.read.news(person, 100).items
    return [step.sentence for each in items for step in each.steps]


def test_an_exclusion_that_was_declared_three_times_is_lifted_in_one_line(here):
    first, *_ = [here.declare("amina", "prior-acquaintance") for _ in range(3)]
    here.register.look_at("carol", str(first))
    here.register.lift_exclusion("ben", str(first), {"reason": "They moved away"})
    lifted = "Ben Okoro lifted the exclusion from key working."
    assert new_to("carol", here).count(lifted) == 1
    own = [each for news in here.register.read.own("amina").news for each in news.sentences]
    assert own == ["Ben Okoro lifted the exclusion: you may be the key worker again."]
    carol = here.browser("carol")
    shown = re.findall(r'name="latest" value="([0-9]+)"', carol.get("/news").text)
    carol.post("/news", {"latest": shown})
    assert new_to("carol", here) == []


def test_a_new_director_of_a_service_that_it_ever_concerned_has_what_comes_then(here):
    frame = here.declare("amina")
    body = {"details": gift(), "service_user": "RV-007", "reason": "It was about another"}
    here.register.correct("amina", str(frame), body)
    here.register.change_directory([directed("elm-house", "femi")])
    assert new_to("femi", here) == []
    here.register.inform("amina", str(frame), {"text": "It is silver plate"})
    assert new_to("femi", here) == ["Amina Yusuf added information."]
