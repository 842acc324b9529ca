"""What people decided about doubtful labels: ``.labels/`` in the runs folder, a file for each data set.

The pictures and their labels are never touched: a decision stands beside them.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import numpy as np
from filelock import FileLock, Timeout
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from cifar_core.accounts.user import User
from cifar_core.errors import RunError
from cifar_core.names import visible
from cifar_core.runs.bounds import ShortText
from cifar_core.system.files import MOST_DOCUMENT_BYTES, read_document, write_atomically
from cifar_core.system.refusals import refused

FOLDER_NAME = ".labels"

MOST_DECISIONS = 10_000

_PATIENCE = 10
"""Seconds to wait while the same person decides in another window."""


class _Decision(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    picture: Annotated[int, Field(ge=0, le=10**9, strict=True)]
    becomes: ShortText | None


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    fingerprint: ShortText
    decisions: Annotated[tuple[_Decision, ...], Field(max_length=MOST_DECISIONS)]


class ReviewStore:
    """Keeps what one person decided about the test labels of one data set.

    A decision is the right label of a picture: its own where it was accepted, another where it was relabelled, and
    ``None`` where the picture was rejected.

    Parameters
    ----------
    runs_dir : Path
        The runs folder.
    fingerprint : str
        Of the data set.
    class_names : sequence of str
        The index is the label.
    labels : ndarray of int64, shape (T,)
        Of the test pictures.
    user : User, optional
        Whose decisions; without one, those of whoever uses this machine.
    """

    def __init__(
        self,
        runs_dir: Path,
        fingerprint: str,
        class_names: Sequence[str],
        labels: NDArray[np.int64],
        user: User | None = None,
    ) -> None:
        # An address or a fingerprint may hold what no file's name may.
        owner = "own" if user is None else hashlib.sha256(user.id.encode()).hexdigest()[:16]
        name = hashlib.sha256(fingerprint.encode("utf-8", "replace")).hexdigest()[:24]
        self.path = runs_dir / FOLDER_NAME / owner / f"{name}.json"
        self.fingerprint = fingerprint
        self.class_names = tuple(class_names)
        self.labels = labels

    def read(self) -> dict[int, int | None]:
        """Return all decisions by the number of the test picture; none where nothing was decided yet.

        Raises
        ------
        RunError
            The file is damaged, or belongs to other pictures; it stays as it is.
        """
        if not self.path.exists():
            return {}
        try:
            document = _Document.model_validate_json(read_document(self.path))
        except ValidationError as problem:
            first = problem.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"])) or "the whole file"
            raise self._damaged(f"{where}: {first['msg']}") from None
        except OSError as problem:
            raise self._damaged(problem.strerror or "it cannot be read") from None
        except ValueError as problem:
            raise self._damaged(str(problem)) from None
        if document.fingerprint != self.fingerprint:
            raise self._damaged(f"it belongs to a data set with the fingerprint {document.fingerprint}")
        labels: dict[str | None, int | None] = {name: label for label, name in enumerate(self.class_names)}
        labels[None] = None
        decisions: dict[int, int | None] = {}
        for one in document.decisions:
            if one.picture >= len(self.labels):
                raise self._damaged(f"there is no test picture {one.picture}")
            if one.picture in decisions:
                raise self._damaged(f"test picture {one.picture} stands in it twice")
            if one.becomes not in labels:
                raise self._damaged(f"there is no class “{one.becomes}”")
            decisions[one.picture] = labels[one.becomes]
        return decisions

    def decide(self, picture: int, label: int | None) -> dict[int, int | None]:
        """Keep a decision, in the place of an earlier one; return all.

        Parameters
        ----------
        picture : int
            Number of the test picture.
        label : int or None
            The right label; ``None`` for a picture that is of no use.

        Raises
        ------
        RunError
            There is no such picture or label, the file is damaged, or it cannot be written.
        """
        if not 0 <= picture < len(self.labels):
            raise RunError(
                f"There is no test picture {picture}: they are counted from 0 to {len(self.labels) - 1}."
            )
        if label is not None and not 0 <= label < len(self.class_names):
            raise RunError(f"There is no class number {label}.")
        with self._alone():
            decisions = self.read()
            if picture not in decisions and len(decisions) >= MOST_DECISIONS:
                raise RunError(f"There are {MOST_DECISIONS:,} decisions already; take some back first.")
            decisions[picture] = label
            self._write(decisions)
        return decisions

    def take_back(self, picture: int) -> dict[int, int | None]:
        """Forget a decision, if there is one; return the others.

        Raises
        ------
        RunError
            The file is damaged, or cannot be written.
        """
        with self._alone():
            decisions = self.read()
            if decisions.pop(picture, self) is not self:
                self._write(decisions)
        return decisions

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path.with_suffix(".lock"), timeout=_PATIENCE):
                yield
        except Timeout:
            raise RunError("Another window is writing decisions just now. Try again in a moment.") from None
        except OSError as error:
            helps = refused(error, "choose another folder with CIFAR_LAB_RUNS")
            raise RunError(f"The decision cannot be written to {self.path.parent} {helps}") from None

    def _write(self, decisions: dict[int, int | None]) -> None:
        named = tuple(
            _Decision(picture=picture, becomes=None if label is None else self.class_names[label])
            for picture, label in sorted(decisions.items())
        )
        document = _Document(fingerprint=self.fingerprint, decisions=named)
        content = (document.model_dump_json(indent=1) + "\n").encode()
        if len(content) > MOST_DOCUMENT_BYTES:
            raise RunError("The decisions take more room than a file of them may have; take some back first.")
        write_atomically(self.path, content)

    def _damaged(self, reason: str) -> RunError:
        return RunError(
            f"The decisions about labels in {self.path} cannot be used ({visible(reason, 160)}). Nothing was changed: "
            "put the file right, or move it away to begin anew."
        )


def verdict_of(label: int, becomes: int | None) -> str:
    """Say what was decided: ``"accepted"``, ``"relabelled"`` or ``"rejected"``.

    Parameters
    ----------
    label : int
        The one that the picture has.
    becomes : int or None
        The one that is right; ``None`` where the picture is of no use.
    """
    if becomes is None:
        return "rejected"
    return "accepted" if becomes == label else "relabelled"
