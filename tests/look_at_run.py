"""Doing with one run folder all that pages and commands do with it."""

from contextlib import suppress
from dataclasses import asdict

from cifar_core.commands.output import run_summary
from cifar_core.data.dataset import Dataset
from cifar_core.errors import RunError
from cifar_core.evaluation.over_epochs import has_epochs
from cifar_core.evaluation.run_evaluation import evaluate_run
from cifar_core.exports.run_folder import export_run
from cifar_core.runs.attempts import continues_after
from cifar_core.runs.disk_usage import bytes_by_owner, folder_bytes
from cifar_core.runs.follow import MetricsFollower
from cifar_core.runs.layout import RunPaths, checkpoint_files
from cifar_core.runs.log import log_tail
from cifar_core.runs.metrics import read_metrics
from cifar_core.runs.notes import NO_NOTES, notes_of
from cifar_core.runs.processes import find_worker
from cifar_core.runs.run import read_run, runs_in
from cifar_core.training.checkpoint import last_checkpoint
from cifar_core.views.compare.columns import COLUMNS, columns_of
from cifar_core.views.compare.lines import list_lines
from cifar_core.views.compare.over_epochs import open_over_epochs
from cifar_core.views.compare.page import build_compare, choose_runs
from cifar_core.views.compare.repeats import list_groups
from cifar_core.views.compare.scrub import scrub_data, scrub_table
from cifar_core.views.compare.table import list_rows
from cifar_core.views.explain.models import model_choices
from cifar_core.views.home import build_home
from cifar_core.views.train.live import build_train_view, first_to_watch, run_options
from cifar_core.words.finite import json_text
from tests.hostile_runs import Damaged


def look_at(paths: RunPaths, dataset: Dataset) -> tuple[Damaged, str]:
    """Look at a run in every way; return which part is called damaged, and the sentence.

    Nothing but :class:`RunError` may be raised on the way, and only where somebody asks for what cannot be given.
    """
    run = read_run(paths.folder, shipped=False)
    runs = (run, *runs_in(paths.folder.parent / "nowhere", shipped=True))
    json_text([run_summary(run), [asdict(epoch) for epoch in read_metrics(paths.metrics).epochs]])
    run_options(runs)
    first_to_watch(runs, dataset)
    view = build_train_view(run, runs, 1.8e9).run
    rows = list_rows(runs, dataset)
    groups = list_groups(rows)
    lines = list_lines(rows, groups)
    for about in COLUMNS:
        json_text([column.words(line) for column in columns_of(lines, about) for line in lines])
    choice = choose_runs(rows, [run.id], groups)
    build_compare(rows, choice.ids, groups=groups)
    model_choices(runs, dataset)
    build_home(dataset, (), runs)
    assert bytes_by_owner(runs).total() == folder_bytes(paths.folder)
    find_worker(run.heartbeat)
    log_tail(run)
    continues_after(paths)
    assert notes_of(run) == NO_NOTES or notes_of(run).note.endswith(".")
    assert last_checkpoint(paths.checkpoint).epoch <= len(checkpoint_files(paths.checkpoint))
    with suppress(RunError):
        export_run(run, paths.folder.parent.parent / "copies" / paths.folder.name)
    if run.problem:
        assert run.record is None
        return "record", run.problem
    metrics = MetricsFollower(paths.metrics).read()
    assert repr(metrics) == repr(read_metrics(paths.metrics))  # NaN equals nothing
    if metrics.problem:
        assert view.problem == metrics.problem
        return "metrics", metrics.problem
    if run.status != "finished":
        return "nothing", ""
    try:
        evaluate_run(run)
    except RunError as problem:
        return "predictions", str(problem)
    if has_epochs(run):
        try:
            shown = open_over_epochs(rows[0])
        except RunError as problem:
            return "epochs", str(problem)
        shown.forgetting()
        json_text([scrub_data(shown, None, opens=True), scrub_table(shown)])
        if shown.notes:
            return "epochs", shown.notes[-1]
    return "nothing", ""
