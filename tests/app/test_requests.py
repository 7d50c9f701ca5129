"""Requests name what there is, and nothing of others."""

import pytest

from audiostyle.app.requests import parse_request
from audiostyle.app.sessions import Session, Upload
from audiostyle.serving.requests import Refused


@pytest.fixture
def session(tmp_path):
    session = Session(tmp_path)
    for name, kind in (("s", "sound"), ("t", "sound"), ("p", "picture"), ("q", "picture")):
        session.uploads[name] = Upload(name, kind, tmp_path / name)
    return session


def test_a_translation_has_the_options_of_the_library(session, offer):
    body = {"kind": "translate", "content": "s", "domain": "piano", "transpose": -2, "keep_drums": True}
    request = parse_request(body, session, offer)
    assert request.paths == (session.uploads["s"].path,) and request.label == "piano"
    assert request.options == {
        "domain": "piano", "strength": 1.0, "expression": 1.0, "transpose": -2, "keep_drums": True,
    }  # fmt: skip


def test_styles_come_after_the_content(session, offer):
    sounds = {"kind": "transfer", "content": "s", "styles": ["t"], "method": "wct", "strength": 0.5}
    assert [path.name for path in parse_request(sounds, session, offer).paths] == ["s", "t"]
    pictures = {"kind": "picture", "content": "p", "styles": ["q", "p"], "method": "mkl"}
    assert [path.name for path in parse_request(pictures, session, offer).paths] == ["p", "q", "p"]


def test_a_network_needs_no_style(session, offer):
    request = parse_request({"kind": "picture", "content": "p", "network": "mosaic"}, session, offer)
    assert request.kind == "paint" and request.options == {"network": "mosaic", "strength": 1.0}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "delete"}, {"kind": []}, {"kind": None}, {"content": "p"}, {"content": "other"},
        {"content": {}}, {"domain": "lute"}, {"domain": None}, {"strength": 1.5}, {"strength": "1"},
        {"strength": float("nan")}, {"strength": True}, {"transpose": 99}, {"keep_drums": 1},
        {"model": "/etc"}, {"midi": "/tmp/x"},
    ],
)  # fmt: skip
def test_anything_else_is_refused_in_a_sentence(session, offer, change):
    body = {"kind": "translate", "content": "s", "domain": "piano"} | change
    with pytest.raises(Refused) as refused:
        parse_request(body, session, offer)
    assert refused.value.status in (400, 404) and refused.value.reason


@pytest.mark.parametrize("styles", [[], None, "t", ["t"] * 5, ["p"], [None]])
def test_styles_are_some_of_the_same_kind(session, offer, styles):
    body = {"kind": "transfer", "content": "s", "method": "wct", "styles": styles}
    with pytest.raises(Refused):
        parse_request(body, session, offer)


def test_the_page_is_told_what_there_is(offer):
    told = offer.describe()
    assert told["domains"][0] == {"name": "piano", "about": "a piano"} and told["networks"] == ["mosaic"]
