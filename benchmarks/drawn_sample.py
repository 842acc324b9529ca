"""Time to draw the built-in sample on one core: ``python benchmarks/drawn_sample.py [COUNT]``."""

import sys
import time
from pathlib import Path

import cv2

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from cifar_core.drawn import draw_split


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    cv2.setNumThreads(1)
    draw_split(100, seed=1)
    wall, processor = time.perf_counter(), time.process_time()
    draw_split(count, seed=0)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(
        f"{'pictures':>10} {'seconds':>10} {'CPU s':>10} {'ms each':>10}   goal: 10,000 in < 10 s on one core"
    )
    print(f"{count:>10,} {wall:>10.2f} {processor:>10.2f} {wall / count * 1000:>10.3f}")


if __name__ == "__main__":
    main()
