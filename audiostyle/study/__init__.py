"""Studies: people judge what several systems made, and statistics that hold when people differ.

=======================  ==================================================================================
:mod:`.design`           what a study consists of: systems, items, stimuli, trials, settings
:mod:`.creation`         a new study, from folders of results
:mod:`.material`         stimuli: matched, checked, brought to one loudness, made worse for traps
:mod:`.files`            a study on the disk: its readable file, its token
:mod:`.counterbalance`   orders and sides in which nothing is favored
:mod:`.planning`         the trials of one listener
:mod:`.active`           which pair to ask for next
:mod:`.storage`          answers in SQLite, on the disk before they are acknowledged
:mod:`.tables`           its tables, and what is asked of them
:mod:`.submissions`      what a submitted answer may hold
:mod:`.states`           what the page is told
:mod:`.server`           the study as a web page (Starlette); its scripts are in ``web/``
:mod:`.running`          running the server
:mod:`.results`          answers as rows, as CSV, and as what models are fitted to
:mod:`.davidson`         scores from pairs with ties: Bradley–Terry and Davidson
:mod:`.votes`            shares of votes, where one of several is picked
:mod:`.scale`            scores from the infinite scale, with biases and gains of listeners
:mod:`.screening`        who listened, and who is left out
:mod:`.agreement`        how far listeners agree: Krippendorff's alpha
:mod:`.power`            how many more listeners would settle what is open
:mod:`.standings`        where systems stand, and which differences hold
:mod:`.analysis`         all of that put together
:mod:`.plots`            the picture of the result
:mod:`.report`           the report: HTML, PNG, CSV, JSON
:mod:`.simulation`       listeners that do not exist, to plan and to test
=======================  ==================================================================================

``new`` → ``study.toml`` and stimuli → ``serve`` → ``answers.sqlite`` → ``analyze`` → report.  The statistics
work on plain arrays, so answers from elsewhere can be analyzed too::

    from audiostyle.study import estimate_scores
    estimate_scores(wins)  # (listeners, systems, systems)

A listener's answers hang together, so every interval is by bootstrap over listeners and never over answers.
"""

from typing import TYPE_CHECKING

from audiostyle.lazy import export_lazily

if TYPE_CHECKING:
    from audiostyle.study.active import choose_batch as choose_batch
    from audiostyle.study.agreement import compute_alpha as compute_alpha
    from audiostyle.study.analysis import analyze as analyze
    from audiostyle.study.creation import create_study as create_study
    from audiostyle.study.davidson import estimate_scores as estimate_scores
    from audiostyle.study.davidson import fit_davidson as fit_davidson
    from audiostyle.study.files import load_study as load_study
    from audiostyle.study.power import count_listeners as count_listeners
    from audiostyle.study.results import read_answers as read_answers
    from audiostyle.study.running import serve_study as serve_study
    from audiostyle.study.scale import Placements as Placements
    from audiostyle.study.scale import estimate_scale as estimate_scale
    from audiostyle.study.simulation import Population as Population
    from audiostyle.study.simulation import simulate_answers as simulate_answers
    from audiostyle.study.votes import estimate_shares as estimate_shares

export_lazily(
    __name__,
    {
        "audiostyle.study.active": ("choose_batch",),
        "audiostyle.study.agreement": ("compute_alpha",),
        "audiostyle.study.analysis": ("analyze",),
        "audiostyle.study.creation": ("create_study",),
        "audiostyle.study.davidson": ("estimate_scores", "fit_davidson"),
        "audiostyle.study.files": ("load_study",),
        "audiostyle.study.power": ("count_listeners",),
        "audiostyle.study.results": ("read_answers",),
        "audiostyle.study.running": ("serve_study",),
        "audiostyle.study.scale": ("Placements", "estimate_scale"),
        "audiostyle.study.simulation": ("Population", "simulate_answers"),
        "audiostyle.study.votes": ("estimate_shares",),
    },
)
