"""What a training says: one line a report, step and time left first."""

from audiostyle.cli.train.reporting import print_numbers


def test_step_and_time_left_come_first_and_the_report_stays_as_it_was(capsys):
    numbers = {"loss": 0.5, "step": 3, "of": 10, "left_s": 75.0}
    print_numbers(numbers)
    assert capsys.readouterr().err == 'audiostyle: 3/10 1:15 left {"loss": 0.5}\n'
    assert numbers == {"loss": 0.5, "step": 3, "of": 10, "left_s": 75.0}


def test_without_steps_the_numbers_are_all(capsys):
    print_numbers({"recordings": 30})
    assert capsys.readouterr().err == 'audiostyle: {"recordings": 30}\n'
