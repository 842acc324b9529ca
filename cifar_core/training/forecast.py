"""How long a training will still take: from the steps, validations and pictures that are left."""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

FIRST_STEPS = 3
"""Steps that must have been timed before anything is foreseen."""

_REMEMBERED = 200
_FORWARD_SHARE = 1 / 3
"""Of a training step's time, what a network needs to look at as many pictures: the backward pass is two of three."""


@dataclass
class Forecast:
    """The time that is left, by the clock of whoever asks.

    A step's time is the median of the newest ones: the first step compiles the network, and others wait for a disk or
    a neighbour now and then.

    Attributes
    ----------
    epochs, steps : int
        Most epochs there will be, and the steps of each.
    pictures, validation_pictures, test_pictures : int
        Looked at in each epoch, validated after it and tested at the end; a picture that is tested in several views
        counts as often.
    """

    epochs: int
    steps: int
    pictures: int
    validation_pictures: int = 0
    test_pictures: int = 0
    _step_seconds: deque[float] = field(default_factory=lambda: deque(maxlen=_REMEMBERED))
    _between_epochs: list[float] = field(default_factory=list)
    _epoch: int = 0
    _step: int = 0
    _last_step: float | None = None

    def begin_epoch(self, epoch: int, now: float) -> None:
        """Note that an epoch begins.

        Parameters
        ----------
        epoch : int
            From 1.
        now : float
            Seconds by a clock that is never set.
        """
        if self._last_step is not None:
            self._between_epochs.append(now - self._last_step)
        self._epoch, self._step, self._last_step = epoch, 0, None

    def end_step(self, step: int, now: float) -> None:
        """Note that a step has ended.

        Parameters
        ----------
        step : int
            How many of the epoch have; several may end at once.
        now : float
            Seconds by the same clock.
        """
        # The first of an epoch is not timed: it waits for its data, and the very first compiles.
        if self._last_step is not None and step > self._step:
            self._step_seconds.append((now - self._last_step) / (step - self._step))
        self._step, self._last_step = step, now

    @property
    def step_seconds(self) -> float | None:
        """What a step takes; ``None`` until some have been timed."""
        return median(self._step_seconds) if len(self._step_seconds) >= FIRST_STEPS else None

    @property
    def images_per_second(self) -> float | None:
        """Pictures trained on in a second; ``None`` until some steps have been timed."""
        seconds = self.step_seconds
        return self.pictures / (self.steps * seconds) if seconds else None

    @property
    def test_seconds(self) -> float | None:
        """What the test will take."""
        return self._looking_seconds(self.test_pictures)

    def seconds_left(self) -> float | None:
        """Return the time from the last step to the end of the test; ``None`` until some steps have been timed."""
        step, validation, test = self.step_seconds, self._validation_seconds, self.test_seconds
        if step is None or validation is None or test is None:
            return None
        epochs_left = self.epochs - self._epoch
        return (
            (self.steps - self._step + self.steps * epochs_left) * step
            + (epochs_left + 1) * validation
            + test
        )

    @property
    def _validation_seconds(self) -> float | None:
        """What lies between the last step of an epoch and the next epoch: validation, and writing its checkpoint."""
        if self._between_epochs:
            return median(self._between_epochs)
        return self._looking_seconds(self.validation_pictures)

    def _looking_seconds(self, pictures: int) -> float | None:
        """Return what it takes to look at pictures without learning from them."""
        if self._between_epochs and self.validation_pictures:
            return median(self._between_epochs) * pictures / self.validation_pictures
        seconds = self.step_seconds
        return None if seconds is None else _FORWARD_SHARE * seconds * self.steps * pictures / self.pictures
