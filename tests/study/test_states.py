"""What the page is told says nothing about what made a version, nor what a trial is for."""

import json

from studies import build_study

from audiostyle.study.design import Role, Trial
from audiostyle.study.states import describe_consent, describe_end, describe_trial, list_keys

TRIAL = Trial(Role.main, "i0", ("k1", "k2"))


def test_only_training_can_be_told_from_the_rest():
    study = build_study()
    shown = {role: describe_trial(study, 3, Trial(role, "i0", ("k1", "k2")), 9) for role in Role}
    different = [role for role, state in shown.items() if state != shown[Role.main]]
    assert different == [Role.training] and shown[Role.training]["training"]
    text = json.dumps(shown[Role.degraded])
    assert not any(word in text for word in ("s0", "s1", "s2", "degraded", "i0"))


def test_pages_of_several_items_say_so_and_have_no_context():
    state = describe_trial(build_study("scale"), 0, Trial(Role.realignment, "", ("k1", "k2")), 2)
    assert state["mixed"] and state["source"] is None


def test_source_and_reference_of_the_item_may_be_heard():
    study = build_study(systems=2)
    object.__setattr__(study.stimuli[0], "system", "source")  # s0 of i0
    assert list_keys(study, TRIAL) == {"k1", "k2", "s0i0"}
    assert describe_trial(study, 0, TRIAL, 1)["source"] == "s0i0"


def test_the_stages():
    study = build_study()
    assert describe_consent(study)["stage"] == "consent" and describe_consent(study)["consent"] == "ok?"
    assert describe_end(study, 7)["stage"] == "done" and describe_end(study, 7)["done"] == 7
