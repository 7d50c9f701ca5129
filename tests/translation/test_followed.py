"""What can be followed: named in any way, and an error of one line for all else."""

import pytest

from audiostyle.errors import AudiostyleError
from audiostyle.translation.followed import FOLLOWED, check_follow


@pytest.mark.parametrize("follow", [FOLLOWED, "pitch,level", ["pitch", "level"], ["level, pitch"]])
def test_all_is_all(follow):
    assert check_follow(follow) == FOLLOWED


def test_one_alone_and_none_at_all():
    assert check_follow("pitch") == ("pitch",) and check_follow([]) == ()


@pytest.mark.parametrize("follow", ["levels", "level;pitch", "", 7, [3.5], None])
def test_what_is_unknown_is_named(follow):
    with pytest.raises(AudiostyleError, match=r"^follow ") as caught:
        check_follow(follow)
    assert "\n" not in str(caught.value)
