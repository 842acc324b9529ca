"""How shares are written, on every page and in every terminal: in percent, ``"89.5 %"``."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cifar_core.evaluation.intervals import Interval


def percent(share: float, decimals: int = 1) -> str:
    """Write a share from 0 to 1: ``"89.5 %"``."""
    return f"{100 * share:.{decimals}f} %"


def percent_range(interval: "Interval") -> str:
    """Write an interval of shares: ``"76.8 – 78.5 %"``."""
    return f"{100 * interval.low:.1f} – {100 * interval.high:.1f} %"
