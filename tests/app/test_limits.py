"""Limits are such that one browser cannot fill what all share."""

from audiostyle.app.limits import Limits


def test_a_session_holds_several_uploads_with_their_results():
    limits = Limits()
    assert limits.session >= 4 * limits.upload and limits.waiting >= 1 and limits.spare > 0
