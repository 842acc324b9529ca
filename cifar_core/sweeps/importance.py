"""Which hyper-parameter mattered in a sweep. Only the driver's process imports this module."""

import optuna
from optuna.trial import TrialState

from cifar_core.sweeps.plan import SweepPlan

FEWEST_TRIALS = 4
"""With fewer there is nothing to compute an importance from."""


def importance(study: optuna.Study, plan: SweepPlan) -> tuple[dict[str, float], int]:
    """Compute which share of the differences between trials each hyper-parameter explains.

    Trials that were stopped early count with their best epoch. Without them only good values would be left, and
    the hyper-parameter that decides most would look unimportant.

    Parameters
    ----------
    study : optuna.Study
        The trials so far.
    plan : SweepPlan
        What is tried, and what for.

    Returns
    -------
    dict
        By dotted path, adding up to 1; empty if there are too few trials or no differences.
    int
        How many trials it was computed from.

    References
    ----------
    F. Hutter, H. Hoos, K. Leyton-Brown, "An efficient approach for assessing hyperparameter importance",
    ICML 2014 (functional analysis of variance on a random forest).
    """
    best = max if plan.higher_is_better else min
    known = [
        (one, one.value if one.state == TrialState.COMPLETE else best(one.intermediate_values.values()))
        for one in study.get_trials(deepcopy=False, states=(TrialState.COMPLETE, TrialState.PRUNED))
        if one.state == TrialState.COMPLETE or one.intermediate_values
    ]
    varied = [
        search.field for search in plan.space if len({one.params[search.field] for one, _ in known}) > 1
    ]
    if len(known) < FEWEST_TRIALS or not varied or len({value for _, value in known}) < 2:
        return {}, 0
    if len(varied) == 1:  # It explains them all; to grow a forest for that takes seconds.
        return {search.field: float(search.field == varied[0]) for search in plan.space}, len(known)
    copy = optuna.create_study()
    copy.add_trials(
        [
            optuna.create_trial(params=one.params, distributions=one.distributions, value=value)
            for one, value in known
        ]
    )
    evaluator = optuna.importance.FanovaImportanceEvaluator(seed=plan.seed)
    found = optuna.importance.get_param_importances(copy, evaluator=evaluator, params=varied)
    return {search.field: float(found.get(search.field, 0.0)) for search in plan.space}, len(known)
