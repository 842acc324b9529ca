"""Draw ``docs/screenshots/classroom.svg`` from the figures that ``benchmarks/classroom.py --keep`` wrote.

::

    python benchmarks/classroom.py --clients 10 30 100 --keep docs/classroom.json
    python docs/make_classroom_chart.py
"""

import json
import math
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE, TARGET = ROOT / "docs" / "classroom.json", ROOT / "docs" / "screenshots" / "classroom.svg"

WIDTH, HEIGHT = 760, 400
LEFT, RIGHT, TOP, BOTTOM = 90, 640, 50, 340
SECONDS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20)
GOAL = 1.5
SERIES = (("p95", "95 of 100 steps", "#b5470d"), ("p50", "half of the steps", "#1668b3"))


def main() -> None:
    """Write the picture."""
    TARGET.write_text(classroom_svg(json.loads(SOURCE.read_text(encoding="utf-8"))), encoding="utf-8")
    print(TARGET.relative_to(ROOT))


def classroom_svg(found: list[dict[str, float]]) -> str:
    """Seconds that a step takes by the number of clients, both on logarithmic scales, as text that a browser draws.

    Parameters
    ----------
    found : list of dict
        ``clients``, and ``p50`` and ``p95`` in seconds; fewest clients first, two or more of them.
    """
    first, last = found[0]["clients"], found[-1]["clients"]

    def across(clients: float) -> float:
        return LEFT + 30 + (RIGHT - LEFT - 60) * math.log(clients / first) / math.log(last / first)

    def down(seconds: float) -> float:
        share = math.log(seconds / SECONDS[0]) / math.log(SECONDS[-1] / SECONDS[0])
        return BOTTOM - (BOTTOM - TOP) * min(1.0, max(0.0, share))

    words = "; ".join(
        f"{one['clients']:.0f} clients: half of the steps within {one['p50']:.2f} s, 95% within {one['p95']:.2f} s"
        for one in found
    )
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        'role="img" aria-labelledby="name told" font-family="sans-serif" font-size="18" fill="#1f2328">',
        '<title id="name">Seconds that a step takes, by how many use one server at a time</title>',
        f'<desc id="told">{words}. The goal is {GOAL} s for 95% of the steps of 30 clients.</desc>',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="28">seconds that a step takes</text>',
    ]
    for tick in SECONDS:
        y = down(tick)
        parts.append(f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="#d8dee4"/>')
        parts.append(f'<text x="{LEFT - 10}" y="{y + 6:.1f}" text-anchor="end">{tick:g}</text>')
    parts.append(f'<path d="M{LEFT} {down(GOAL):.1f}H{RIGHT}" stroke="#57606a" stroke-dasharray="6 5"/>')
    parts.append(f'<text x="{RIGHT + 10}" y="{down(GOAL) + 6:.1f}">goal</text>')
    for key, name, colour in SERIES:
        points = [(across(one["clients"]), down(one[key])) for one in found]
        line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
        parts.append(f'<path d="M{line}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="{colour}"/>' for x, y in points]
        x, y = points[-1]
        parts.append(f'<text x="{x + 12:.1f}" y="{y + 6:.1f}" fill="{colour}">{name}</text>')
    for one in found:
        x = across(one["clients"])
        parts.append(f'<text x="{x:.1f}" y="{BOTTOM + 26}" text-anchor="middle">{one["clients"]:.0f}</text>')
    middle = (LEFT + RIGHT) / 2
    parts.append(
        f'<text x="{middle:.0f}" y="{BOTTOM + 52}" text-anchor="middle">clients at a time, beside one training</text>'
    )
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    main()
