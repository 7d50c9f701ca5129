"""What the page is told: consent, the next trial, the end; nothing that tells what made a version."""

from audiostyle.study.design import REFERENCE, SOURCE, Role, Study, Trial


def describe_consent(study: Study) -> dict[str, object]:
    """Return what is shown before a listener has agreed to take part."""
    return _describe_study(study) | {"stage": "consent", "consent": study.texts.consent}


def describe_trial(study: Study, number: int, trial: Trial, total: int) -> dict[str, object]:
    """Return what is shown of a trial.

    Args:
        study: of which it is a part.
        number: its position in the session.
        trial: what is asked; its role stays hidden, except that it is for training.
        total: trials of the session.
    """
    own = find_context(study, trial)
    return _describe_study(study) | {
        "stage": "trial",
        "trial": number,
        "done": number,
        "total": total,
        "training": trial.role == Role.training,
        "mixed": not trial.item,
        "stimuli": list(trial.stimuli),
        "source": own.get(SOURCE),
        "reference": own.get(REFERENCE),
        "less": study.texts.less,
        "more": study.texts.more,
    }


def describe_end(study: Study, total: int) -> dict[str, object]:
    """Return what is shown after the last of ``total`` trials."""
    return _describe_study(study) | {
        "stage": "done",
        "thanks": study.texts.thanks,
        "done": total,
        "total": total,
    }


def find_context(study: Study, trial: Trial) -> dict[str, str]:
    """Return the keys of source and reference, where a trial has one item."""
    keys = {kind: study.find_key(kind, trial.item) for kind in (SOURCE, REFERENCE)}
    return {kind: key for kind, key in keys.items() if key and trial.item}


def list_keys(study: Study, trial: Trial) -> set[str]:
    """Return the keys of all that a listener may hear or see during a trial."""
    return {*trial.stimuli, *find_context(study, trial).values()}


def _describe_study(study: Study) -> dict[str, object]:
    texts = study.texts
    return {
        "study": study.id,
        "design": study.design,
        "medium": study.medium,
        "title": texts.title,
        "question": texts.question,
        "contact": texts.contact,
    }
