"""What Keras is fed with: pictures, a batch at a time, without the thread by which TensorFlow tunes such a pipeline.

That thread waits by the time of day. Where the clock is set back, the end of an epoch waits for it until the old time
comes again. There is nothing to tune: our batches are made one after the other, in an order that the seed decides.
"""

from typing import Any

from numpy.typing import NDArray


def feeding(source: Any, targets: NDArray[Any] | None = None, *, batch_size: int | None = None) -> Any:
    """Return what ``fit``, ``evaluate`` and ``predict`` take in place of a source of pictures.

    Every pipeline of ours is made here. What is computed is the same.

    Parameters
    ----------
    source : keras.utils.PyDataset or ndarray
        Batches, or all pictures, shape (N, ...).
    targets : ndarray, optional
        With pictures: what they are judged by, shape (N, ...).
    batch_size : int, optional
        Pictures in each batch, 1 or more; batches have their own size.

    Returns
    -------
    keras.src.trainers.data_adapters.data_adapter.DataAdapter
        Passed on by Keras as it is.
    """
    import keras
    from keras.src.trainers.data_adapters import get_data_adapter  # Keras offers no public name for it.

    adapter = get_data_adapter(source, targets, batch_size=batch_size, shuffle=False)
    if keras.backend.backend() == "tensorflow":
        kerass = adapter.get_tf_dataset
        whole = source if targets is None else (source, targets)
        adapter.get_tf_dataset = lambda: (
            _plain(kerass()) if batch_size is None else _plain(_in_order(whole, batch_size))
        )
    return adapter


def _in_order(arrays: Any, batch_size: int) -> Any:
    """Return a batch after the other. Keras's own pipeline can shuffle, and takes a tenth of a second to build."""
    import tensorflow as tf

    with tf.device("CPU:0"):  # A GPU gets them batch by batch.
        return tf.data.Dataset.from_tensor_slices(arrays).batch(batch_size).prefetch(1)


def _plain(pipeline: Any) -> Any:
    import tensorflow as tf

    options = tf.data.Options()
    options.autotune.enabled = False
    options.experimental_optimization.apply_default_optimizations = False  # nor to optimize
    return pipeline.with_options(options)
