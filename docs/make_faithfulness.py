"""Measure how far the heat maps of the shipped runs can be trusted, and write it into ``docs/explain.md``.

``python docs/make_faithfulness.py measure`` asks the most accurate run of each model that ships with weights, on 100
test pictures; half an hour or more. What is measured already is kept, so that it can be stopped at any time;
``--again`` begins anew. ``python docs/make_faithfulness.py`` alone writes the tables. Of pictures nothing is kept but
statistics of all.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from cifar_core.commands.explain_score import measure_methods, methods_that_fit
from cifar_core.data.catalog import open_dataset
from cifar_core.explain.faithfulness.baselines import BASELINES
from cifar_core.explain.faithfulness.measured import MEASURED, Measured, shipped_records
from cifar_core.explain.faithfulness.record import LikenessRecord, MethodRecord
from cifar_core.explain.faithfulness.scores import Measure
from cifar_core.explain.methods.registry import METHODS, get_method
from cifar_core.explain.process.service import InferenceService
from cifar_core.explain.question import Question
from cifar_core.explain.sample import draw_sample
from cifar_core.models.architectures import known_architectures
from cifar_core.picture_sets.evaluate import choose
from cifar_core.picture_sets.universe import Universe
from cifar_core.runs.run import Run, read_run
from cifar_core.settings import Settings
from cifar_core.words.numbers import signed, size_words

TARGET = ROOT / "docs" / "explain.md"
BEGIN, END = "<!-- measured: written by docs/make_faithfulness.py -->\n", "<!-- end of measured -->\n"
PICTURES, STAGES = 100, 3
TABLES: dict[Measure, str] = {
    "road": "**ROAD**: high is good, 0 is a map that knows nothing.",
    "deletion": "**Deletion**, area under the curve: low is good.",
    "insertion": "**Insertion**, area under the curve: high is good.",
}
CHECKS = (
    "**Sanity check and stability**: rank correlation with the map as it was, mean of the models. It should be near 0 "
    "once all is forgotten, and near 1 with tiny noise."
)


def main() -> None:
    """Measure, if asked to, and write the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="?", choices=["measure"])
    parser.add_argument("--again", action="store_true", help="measure too what is measured already")
    parser.add_argument("--method", action="append", choices=METHODS, help="this one alone; may be repeated")
    parser.add_argument("-n", type=int, default=PICTURES, metavar="N", help=f"pictures ({PICTURES})")
    args = parser.parse_args()
    if args.what:
        measure(args.method or list(METHODS), args.n, again=args.again)
    text = TARGET.read_text(encoding="utf-8")
    TARGET.write_text(with_tables(text, shipped_records()), encoding="utf-8")
    print(TARGET.relative_to(ROOT))


def measure(methods: Iterable[str], count: int, *, again: bool) -> None:
    """Measure the shipped runs of CIFAR-10 that have weights, and keep each as soon as it is measured."""
    settings = Settings.from_environment()
    dataset = open_dataset(settings.data, settings)
    for run in measured_runs(dataset.fingerprint):
        known = {} if again else dict(shipped_records().get(run.id, {}))
        missing = [method for method in methods if method not in known]
        if known and all(METHODS[one].at_pixels for one in known):  # A network without maps.
            missing = [method for method in missing if METHODS[method].at_pixels]
        if not missing:
            continue
        print(run.id, *missing, flush=True)
        universe = Universe.of_dataset(dataset, (), settings.cache_dir)
        sample = draw_sample(choose("split(test)", universe), count)
        question = Question(run.paths.model, sample.pictures)
        with InferenceService() as service:
            fit = methods_that_fit(service, question, missing)
            for record in measure_methods(service, question, fit, STAGES) if fit else ():
                known[record.method] = record
        in_order = {method: known[method] for method in METHODS if method in known}
        Measured(runs={**shipped_records(), run.id: in_order}).write(MEASURED)


def measured_runs(fingerprint: str) -> list[Run]:
    """Return the most accurate run of each model that ships with weights, those of few operations first."""
    best: dict[str, tuple[float, Run]] = {}
    for folder in sorted((ROOT / "trained").iterdir()):
        run = read_run(folder, shipped=True)
        record = run.record
        if not run.has_model or record is None or record.data is None or record.results is None:
            continue
        if record.group is not None:  # One seed of several stands for none of them.
            continue
        accuracy = record.results.test_accuracy or 0.0
        if record.data.fingerprint == fingerprint and accuracy >= best.get(record.training.model, (0.0,))[0]:
            best[record.training.model] = (accuracy, run)
    return [best[model][1] for model in sorted(best, key=lambda one: known_architectures()[one].operations)]


def with_tables(text: str, records: Mapping[str, Mapping[str, MethodRecord]]) -> str:
    """Return the document with tables of what was measured between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n".join(_tables(records)) + "\n" + END + after


def _tables(records: Mapping[str, Mapping[str, MethodRecord]]) -> Iterator[str]:
    runs = {folder.name: read_run(folder, shipped=True) for folder in (ROOT / "trained").iterdir()}
    of_models = {_model(runs[run]): methods for run, methods in records.items()}
    methods = [one for one in METHODS if any(one in found for found in of_models.values())]
    for measure, words in TABLES.items():
        yield f"{words}\n"
        yield _row("model", "cells", *(get_method(one).title for one in methods), *BASELINES)
        yield _row(*["---"] * (2 + len(methods) + len(BASELINES)))
        for model, found in of_models.items():
            first = next(iter(found.values()))
            cells = [_cell(found.get(method), measure) for method in methods]
            known_nothing = [signed(one.value, 2) for one in first.measures[measure].baselines.values()]
            yield _row(f"`{model}`", size_words(first.cells), *cells, *known_nothing)
        yield ""
    yield f"{CHECKS}\n"
    yield _row("method", "upper layer forgotten", "half of them", "all", "tiny noise")
    yield _row(*["---"] * 5)
    for method in methods:
        known = [found[method] for found in of_models.values() if method in found]
        stages = [[record.sanity[place] for record in known if record.sanity] for place in (0, 1, -1)]
        noise = [record.stability for record in known if record.stability]
        yield _row(get_method(method).title, *(_likeness(one) for one in (*stages, noise)))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _model(run: Run) -> str:
    assert run.record is not None
    return run.record.training.model


def _cell(record: MethodRecord | None, measure: Measure) -> str:
    if record is None:
        return "–"
    found = record.measures[measure]
    value = signed(found.mean.value, 2)
    return f"**{value}**" if found.beats_all else value


def _likeness(found: list[LikenessRecord]) -> str:
    values = [one.correlation.value for one in found if one.correlation is not None]
    return signed(sum(values) / len(values), 2) if values else "–"


if __name__ == "__main__":
    main()
