"""Remarks are the ends of sentences of one line."""

from audiostyle.sound.parts.survey import Part, Survey, remark_on_joints, remark_on_length


def test_remarks_say_what_was_promised_and_what_is_there():
    for remark in (remark_on_length(3.0, 1.5), remark_on_length(1.5, 3.0), remark_on_joints(2)):
        assert "\n" not in remark and "read" in remark and not remark.endswith(".")


def test_nothing_found_leaves_the_file_as_it_is():
    assert Survey().as_it_is and not Survey().parts


def test_a_part_opens_as_a_file():
    import io

    assert Part((b"a", (1, 3))).open(io.BytesIO(b"0123")).read() == b"a12"
