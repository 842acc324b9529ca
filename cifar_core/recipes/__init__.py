"""What a training is asked to do. Knows nothing of Keras.

A *recipe* is the hyper-parameters that a model is trained by (:class:`~cifar_core.recipes.config.Recipe`).
A *preset* is a ready recipe of a model, with a name.
A *configuration* is a recipe applied: to which model, on which data and device, with which seed
(:class:`~cifar_core.recipes.config.TrainingConfig`, the ``config`` of ``run.json``).
A *setting* is one field of either, as people meet it on the form, on the command line and in a sweep
(:class:`~cifar_core.recipes.fields.Setting`); the folders and variables of the program itself are elsewhere
(:mod:`cifar_core.settings`).
"""
