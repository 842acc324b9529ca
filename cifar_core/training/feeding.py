"""What Keras is fed with: pictures, a batch at a time, by a pipeline of TensorFlow's that costs the step nothing.

It is made without the thread by which TensorFlow tunes such a pipeline. That thread waits by the time of day: where
the clock is set back, the end of an epoch waits for it until the old time comes again. There is nothing to tune: our
batches are made one after the other, in an order that the seed decides.

Nor is it made of a generator, as Keras's own is. A pipeline of generators lets the process give back all memory that it
is done with (``M_TRIM_THRESHOLD``), and every step then asks for it anew, page by page.
"""

from typing import Any

from numpy.typing import NDArray

AHEAD = 2
"""Batches that are made before the step needs them."""


def feeding(source: Any, targets: NDArray[Any] | None = None, *, batch_size: int | None = None) -> Any:
    """Return what ``fit``, ``evaluate`` and ``predict`` take in place of a source of pictures.

    Every pipeline of ours is made here. What is computed is the same.

    Parameters
    ----------
    source : keras.utils.PyDataset or ndarray
        Batches, each a pair of arrays or a dictionary of them, or all pictures, shape (N, ...).
    targets : ndarray, optional
        With pictures: what they are judged by, shape (N, ...).
    batch_size : int, optional
        Pictures in each batch, 1 or more; not given for batches, which have their own size.

    Returns
    -------
    keras.src.trainers.data_adapters.data_adapter.DataAdapter
        Passed on by Keras as it is.
    """
    import keras
    from keras.src.trainers.data_adapters import get_data_adapter  # Keras offers no public name for it.

    adapter = get_data_adapter(source, targets, batch_size=batch_size, shuffle=False)
    if keras.backend.backend() == "tensorflow":
        whole = source if targets is None else (source, targets)
        adapter.get_tf_dataset = lambda: _plain(
            _one_by_one(source) if batch_size is None else _in_order(whole, batch_size)
        )
    return adapter


def _in_order(arrays: Any, batch_size: int) -> Any:
    """Return a batch after the other. Keras's own pipeline can shuffle, and takes a tenth of a second to build."""
    import tensorflow as tf

    with tf.device("CPU:0"):  # A GPU gets them batch by batch.
        return tf.data.Dataset.from_tensor_slices(arrays).batch(batch_size).prefetch(1)


def _one_by_one(batches: Any) -> Any:
    """Return batches as a pipeline: each is asked for by its number, in order, in a thread of TensorFlow's."""
    import tensorflow as tf

    first = batches[0]
    flat = tf.nest.flatten(first)

    def made(number: Any) -> Any:
        parts = tf.numpy_function(
            lambda one: tf.nest.flatten(batches[int(one)]), [number], [part.dtype for part in flat]
        )
        for part, like in zip(parts, flat, strict=True):
            part.set_shape((None, *like.shape[1:]))
        return tf.nest.pack_sequence_as(first, parts)

    numbers = tf.data.Dataset.range(len(batches))
    return numbers.map(tf.autograph.experimental.do_not_convert(made)).prefetch(AHEAD)


def _plain(pipeline: Any) -> Any:
    import tensorflow as tf

    options = tf.data.Options()
    options.autotune.enabled = False
    options.experimental_optimization.apply_default_optimizations = False  # nor to optimize
    return pipeline.with_options(options)
