"""Tags and a note on a run: ``notes.json`` in its folder, which no training touches."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from cifar_core.errors import RunError
from cifar_core.file_cache import file_cached
from cifar_core.names import check_name
from cifar_core.runs.bounds import ShownText
from cifar_core.runs.changes import open_to_change
from cifar_core.runs.run import RUNS_KEPT, Run
from cifar_core.runs.seed_groups import meant_ids
from cifar_core.runs.store import RunStore
from cifar_core.system.files import read_document, write_atomically

MOST_TAGS, LONGEST_TAG, LONGEST_NOTE = 12, 30, 2000
"""Tags of a run, characters of a tag and of a note."""


class RunNotes(BaseModel):
    """What people wrote about a run.

    Attributes
    ----------
    tags : tuple of str
        Each once, in their order.
    note : str
        What was noticed about it, in one line.
    """

    model_config = ConfigDict(frozen=True)
    tags: Annotated[
        tuple[Annotated[ShownText, StringConstraints(max_length=LONGEST_TAG)], ...],
        Field(max_length=MOST_TAGS),
    ] = ()
    note: Annotated[ShownText, StringConstraints(max_length=LONGEST_NOTE)] = ""


NO_NOTES = RunNotes()


def notes_of(run: Run) -> RunNotes:
    """Return what was written about a run; a file that cannot be read is a note that says so.

    Parameters
    ----------
    run : Run
        Any run.
    """
    return _read(run.paths.notes)


@file_cached(most=RUNS_KEPT)
def _read(path: Path) -> RunNotes:
    try:
        return RunNotes.model_validate_json(read_document(path))
    except FileNotFoundError:
        return NO_NOTES
    except (OSError, ValidationError):
        return RunNotes(note="notes.json cannot be read; write tags and note anew.")


def split_tags(text: str) -> tuple[str, ...]:
    """Read tags that stand in one line, parted by commas.

    Parameters
    ----------
    text : str
        What somebody typed.

    Raises
    ------
    RunError
        A tag holds what no name may hold, or is too long; or there are too many.

    Examples
    --------
    >>> split_tags(" baseline, for the talk,baseline")
    ('baseline', 'for the talk')
    """
    tags: list[str] = []
    for part in text.split(","):
        if not part.strip():
            continue
        try:
            tags.append(check_name(part, LONGEST_TAG))
        except ValueError as problem:
            raise RunError(f"A tag cannot be used: {problem}.") from None
    tags = list(dict.fromkeys(tags))
    if len(tags) > MOST_TAGS:
        raise RunError(f"There are {len(tags):,} tags; write at most {MOST_TAGS}, parted by commas.")
    return tuple(tags)


def write_notes(store: RunStore, run_id: str, tags: Sequence[str], note: str) -> tuple[Run, ...]:
    """Replace what is written about a run, or about all runs that repeat one recipe with several seeds.

    Parameters
    ----------
    store : RunStore
        Where it lies, opened for whoever asks.
    run_id : str
        A run in any state, or the id of a group of seeds.
    tags : sequence of str
        At most 12, as :func:`split_tags` gives them.
    note : str
        Up to 2,000 characters; white space becomes single spaces.

    Returns
    -------
    tuple of Run
        Those that it was written about.

    Raises
    ------
    RunError
        It holds what none may hold; or a run ships with the project, is somebody else's, or does not exist.
    """
    kept = split_tags(",".join(tags))
    if len(note) > LONGEST_NOTE:
        raise RunError(f"The note has {len(note):,} characters; write at most {LONGEST_NOTE:,}.")
    content = (RunNotes(tags=kept, note=note).model_dump_json(indent=1) + "\n").encode()
    ids = meant_ids(store.list(), run_id)
    for one in ids:  # all or none
        with open_to_change(store, one, "annotate"):
            pass
    for one in ids:
        with open_to_change(store, one, "annotate") as (run, _):
            write_atomically(run.paths.notes, content)
    return tuple(store.get(one) for one in ids)
