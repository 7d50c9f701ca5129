"""Cards list every result but the score."""

from audiostyle.training.autoencoders.cards import make_card


def test_a_card_lists_every_result_but_the_score():
    card = make_card("A network", "Measured:", {"score": -1.0, "error 1": 0.5, "ssim 1": 0.25})
    assert card == "# A network\n\nMeasured:\n\n- error 1: 0.5000\n- ssim 1: 0.2500\n"
