"""Muon: momentum whose step for a convolution is made orthogonal, so that all its directions learn at one pace.

Keras's own ``keras.optimizers.Muon`` takes matrices alone and leaves convolutions to Adam.

References
----------
Jordan et al. 2024, “Muon: An optimizer for hidden layers in neural networks”,
https://kellerjordan.github.io/posts/muon/; the Newton–Schulz iteration with its coefficients is theirs.
"""

from typing import Any

import keras
from keras import ops

NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
"""Coefficients of the quintic iteration: steep at zero rather than exact at one."""
ITERATIONS = 3
"""As airbench94 has it, the training of CIFAR-10 by Muon's author; elsewhere he takes five. Here that brings nothing
(docs/performance.md)."""


class Muon(keras.optimizers.Optimizer):  # type: ignore[misc]
    """Muon for kernels of convolutions, Nesterov momentum for everything else.

    Parameters
    ----------
    learning_rate : float or LearningRateSchedule
        Of the convolutions.
    bias_share, head_share : float
        Learning rates of biases and of dense kernels, as shares of ``learning_rate``.
    other_rate : float
        Factor on both. The step of a convolution has a fixed length, theirs is as long as the gradient, and behind
        a head that is scaled down the gradient of a mean loss is tiny.
    weight_decay : float
        Share of biases and dense kernels taken off per step at the highest learning rate.
    momentum, other_momentum : float
        Of the convolutions, and of everything else.
    """

    def __init__(
        self,
        learning_rate: Any = 0.24,
        *,
        bias_share: float = 0.053 / 0.24,
        head_share: float = 0.67 / 0.24,
        other_rate: float = 1.0,
        weight_decay: float = 0.0,
        momentum: float = 0.6,
        other_momentum: float = 0.85,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate=learning_rate, **options)
        self._bias_share, self._head_share = bias_share * other_rate, head_share * other_rate
        self._decay = weight_decay
        self._momentum, self._other_momentum = momentum, other_momentum

    def build(self, variables: list[Any]) -> None:
        """Make a momentum for each variable."""
        if self.built:
            return
        super().build(variables)
        self._momenta = [self.add_variable_from_reference(variable, "momentum") for variable in variables]

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """Change one variable.

        Parameters
        ----------
        gradient : tensor
            Of the loss, in the variable's shape.
        variable : keras.Variable
            Four axes mean the kernel of a convolution, two that of a dense layer; all others count as biases.
        learning_rate : tensor, scalar
            Of the convolutions, at this step.
        """
        momentum = self._momenta[self._get_variable_index(variable)]
        rate = ops.cast(learning_rate, variable.dtype)
        gradient = ops.cast(gradient, variable.dtype)
        if len(variable.shape) != 4:
            share = self._head_share if len(variable.shape) == 2 else self._bias_share
            gradient = gradient + (self._decay / share) * variable
            self.assign(momentum, self._other_momentum * momentum + gradient)
            step = gradient + self._other_momentum * momentum
            self.assign_sub(variable, rate * share * step)
            return
        self.assign(momentum, self._momentum * momentum + gradient)
        step = orthogonalize(ops.reshape(gradient + self._momentum * momentum, (-1, variable.shape[-1])))
        # The length of a kernel means nothing before a batch norm: it is held at one per filter.
        length = ops.sqrt(ops.sum(ops.square(variable)))
        unit = variable * (variable.shape[-1] ** 0.5 / length)
        self.assign(variable, unit - rate * ops.reshape(ops.cast(step, variable.dtype), variable.shape))

    def get_config(self) -> dict[str, Any]:
        """Return the options."""
        options: dict[str, Any] = super().get_config()
        return options | {
            "bias_share": self._bias_share,
            "head_share": self._head_share,
            "weight_decay": self._decay,
            "momentum": self._momentum,
            "other_momentum": self._other_momentum,
        }


def orthogonalize(matrix: Any, iterations: int = ITERATIONS) -> Any:
    """Bring the larger singular values of a matrix near one, its singular vectors unchanged.

    Each singular value is divided by the matrix's Frobenius norm, then goes a few times through
    3.4445 s − 4.7750 s³ + 2.0315 s⁵. Three times bring all that were more than 1/56 of the norm to between 0.68 and
    1.20. Those below are multiplied by 41 at most and stay smaller, so nothing bounds the smallest from below.
    Computing in bfloat16 moves the results by up to 0.06; what was zero is then up to 0.03. For five times the figures
    are 1/666, 485, 0.15 and 0.2.

    Random matrices of the 104 shapes that kernels have in our networks ended between 0.64 and 1.21, but for those too
    close to square: 27×32 from 0.46, 16×16 from 0.01, 512×512 from 0.002. docs/performance.md has the rest, and why
    three times are enough. All of this is so for norms from 1e-5 to 1e18, as gradients have: 1e-7 is added to the norm,
    as in the source, so that what is smaller stays small; the square of a larger one is infinite, and zero comes out.

    Parameters
    ----------
    matrix : tensor, shape (rows, columns)
        Any floating-point type; one of zeros stays one.
    iterations : int
        Of the Newton–Schulz iteration, 0 or more: each one more reaches singular values that are 3.4 times smaller.

    Returns
    -------
    tensor of bfloat16, shape (rows, columns)
        Singular values from 0 to 1.25.
    """
    a, b, c = NEWTON_SCHULZ
    x = ops.cast(matrix / (ops.sqrt(ops.sum(ops.square(matrix))) + 1e-7), "bfloat16")
    tall = matrix.shape[0] > matrix.shape[1]
    if tall:
        x = ops.transpose(x)
    for _ in range(iterations):
        gram = x @ ops.transpose(x)
        x = a * x + (b * gram + c * (gram @ gram)) @ x
    return ops.transpose(x) if tall else x
