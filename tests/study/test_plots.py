"""The picture shows the scores, and says if nobody gave them."""

import io

import numpy as np
from PIL import Image

from audiostyle.study.plots import DARK, draw_standing
from audiostyle.study.standings import rank_systems

STANDING = rank_systems(
    ["a$b", "a very long name of a system, too long"],
    np.array([0.0, 1.0]),
    np.random.default_rng(0).normal([0, 1], 0.1, (200, 2)),
    9,
)


def look(png):
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGBA")).astype(int)


def test_it_is_a_picture_and_the_same_each_time():
    one, two = (draw_standing(STANDING, "log-odds", reference=0.0) for _ in range(2))
    assert one == two and look(one).shape[1] > 600


def test_a_watermark_is_seen():
    plain, marked = (look(draw_standing(STANDING, "x", watermark=mark)) for mark in ("", "SIMULATED"))
    assert plain.shape == marked.shape and (plain != marked).any(axis=2).mean() > 0.01


def test_the_dark_one_has_light_text_on_nothing():
    pixels = look(draw_standing(STANDING, "x", colors=DARK, background=None))
    assert (pixels[..., 3] == 0).mean() > 0.5 and pixels[..., :3][pixels[..., 3] > 200].max() > 200
