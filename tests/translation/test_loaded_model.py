"""A model in memory: decoders are loaded once, notes are fitted to domains, results name their origin."""

import pytest

from audiostyle.errors import UnknownDomain
from audiostyle.music.performance import Performance
from audiostyle.translation.options import TranslationOptions


@pytest.fixture
def model(tiny):
    return tiny.model


def test_a_decoder_is_loaded_once(model):
    first, again = (model.get_synthesizer("comb", TranslationOptions()) for _ in range(2))
    assert first is again
    hot = model.get_synthesizer("sine", TranslationOptions(decoder="wavenet", temperature=2.0))
    assert hot.temperature == 2.0
    usual = model.get_synthesizer("sine", TranslationOptions(decoder="wavenet"))
    assert usual.temperature == 0.9 and usual.sampler is hot.sampler


def test_notes_are_fitted_to_the_domain_and_the_rest_stays(model, make_notes):
    notes = make_notes((0.0, 1.0, 60), (1.0, 2.0, 80))
    performance = Performance(notes, {0: 5}, {}, ((0.5, 0, 90),))
    fitted, folded = model.fit_to_domain(performance, "sine", TranslationOptions(transpose=2))
    assert fitted.notes["pitch"].tolist() == [74, 82] and folded == 1
    assert (fitted.programs, fitted.expression) == (performance.programs, performance.expression)
    assert performance.notes["pitch"].tolist() == [60, 80]
    with pytest.raises(UnknownDomain):
        model.fit_to_domain(performance, "drums", TranslationOptions())


def test_a_result_says_where_it_comes_from(model):
    comment = model.describe("sine", TranslationOptions(seed=7))
    fingerprint = model.manifest.fingerprint("sine")[:12]
    assert comment.startswith("audiostyle ") and comment.endswith(
        f", model tiny {fingerprint}, domain sine, seed 7"
    )
