"""Plans say everything that is needed, and what is wrong with them is said before anything runs."""

import pytest

from audiostyle.errors import TrainingError
from audiostyle.training.kit.plan import read_plan


def test_a_plan_is_read_whole(plan):
    assert [job.name for job in plan.jobs] == ["quick", "wrong", "late"]
    assert plan.jobs[0].results == ("weights.bin", "details/*") and plan.jobs[1].results == ("*",)
    assert plan.limits.call_bytes == 20000 and plan.limits.files == 8


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[jobs.a]\narguments = []", "module"),
        ('[jobs.a]\nmodule = "m"\ninputs = ["songs"]', "songs"),
        ('[jobs.a]\nmodule = "m"\nsecond = 3', "second"),
        ('[jobs."../a"]\nmodule = "m"', "cannot be the name"),
        ('[inputs]\nout = "x"\n[jobs.a]\nmodule = "m"', "cannot be the name"),
        ('[jobs.a]\nmodule = "m"\nseconds = "soon"', "wrong value"),
        ('[jobs.a]\nmodule = "m"\nshare = 0', "no share"),
        ('[limits]\nbytes = 3\n[jobs.a]\nmodule = "m"', "bytes"),
    ],
)
def test_mistakes_are_one_line_that_names_the_file(tmp_path, text, complaint):
    path = tmp_path / "plan.toml"
    path.write_text(text)
    with pytest.raises(TrainingError, match=complaint) as error:
        read_plan(path)
    assert "plan.toml" in str(error.value) and "\n" not in str(error.value)


def test_jobs_are_chosen_by_name(plan):
    assert [job.name for job in plan.select(["late"]).jobs] == ["late"]
    assert plan.select([]).jobs == plan.jobs
    with pytest.raises(ValueError, match=r"'early'; there are quick, wrong, late"):
        plan.select(["early"])


def test_the_plan_of_the_recipes_is_one(request):
    root = request.config.rootpath
    plan = read_plan(root / "recipes" / "gpu" / "plan.toml")
    assert plan.jobs and all(job.seconds <= 600 for job in plan.jobs)
