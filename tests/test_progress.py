"""Any function of two numbers can be told about progress."""

from audiostyle.progress import Progress


def count(progress: Progress | None, total: float | None) -> None:
    for done in range(3):
        if progress:
            progress(done, total)


def test_a_function_and_an_object_will_do():
    told: list[tuple[float, float | None]] = []

    class Bar:
        def __call__(self, done: float, total: float | None, /) -> None:
            told.append((done, total))

    count(Bar(), 2.0)
    count(lambda done, total: told.append((done, total)), None)
    assert told == [(0, 2.0), (1, 2.0), (2, 2.0), (0, None), (1, None), (2, None)]
