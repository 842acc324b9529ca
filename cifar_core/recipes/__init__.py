"""What a training is asked to do. Knows nothing of Keras.

Four words, each for one thing: a *recipe* is the hyper-parameters that a model is trained by
(:class:`~cifar_core.recipes.config.Recipe`); a *preset* is a ready recipe of a model, with a name; a *configuration* is
a recipe applied: to which model, on which data and device, with which seed
(:class:`~cifar_core.recipes.config.TrainingConfig`, the ``config`` of ``run.json``). *Settings* are folders and
variables (:mod:`cifar_core.settings`), nothing that a network learns by.
"""
