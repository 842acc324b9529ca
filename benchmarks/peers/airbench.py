"""The peer: airbench94 with Muon, rebuilt in PyTorch from its published facts, on a processor or a GPU.

Written for the benchmarks of training; no part of the project uses it. Facts: Jordan 2024, arXiv:2404.00498, and the
table of hyper-parameters of airbench94_muon. Channels last, float32 weights, bfloat16 autocast; ``--precision float32``
leaves autocast out, for processors that multiply float32 faster.

As a program it trains once and prints one JSON document:
``python airbench.py DATA.npz [--seed N] [--epochs N] [--precision P]``. DATA.npz holds ``train_images``,
``test_images`` (uint8, N×32×32×3), ``train_labels`` and ``test_labels``.
"""

import argparse
import itertools
import json
import time
from pathlib import Path

START = time.perf_counter()

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

WIDTHS = (24, 64, 256, 256)
BATCH = 2000
MEAN, DEVIATION = (125.31, 122.95, 113.87), (62.99, 62.09, 66.70)


class Network(nn.Module):
    """Whitening and three groups of two convolutions."""

    def __init__(self) -> None:
        super().__init__()
        self.whiten = nn.Conv2d(3, WIDTHS[0], 2)
        self.whiten.weight.requires_grad = False
        nn.init.zeros_(self.whiten.bias)
        self.convolutions, self.norms = nn.ModuleList(), nn.ModuleList()
        for before, width in itertools.pairwise(WIDTHS):
            for channels in (before, width):
                convolution = nn.Conv2d(channels, width, 3, padding=1, bias=False)
                nn.init.dirac_(convolution.weight.data[:channels])
                self.convolutions.append(convolution)
                norm = nn.BatchNorm2d(width, eps=1e-12, momentum=0.6)
                norm.weight.requires_grad = False
                self.norms.append(norm)
        self.head = nn.Linear(WIDTHS[-1], 10, bias=False)
        self.head.weight.data /= self.head.weight.data.std()

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Return logits."""
        x = F.gelu(self.whiten(pixels))
        for number, (convolution, norm) in enumerate(zip(self.convolutions, self.norms, strict=True)):
            x = convolution(x)
            if number % 2 == 0:
                x = F.max_pool2d(x, 2)
            x = F.gelu(norm(x))
        return self.head(F.max_pool2d(x, 3).flatten(1)) / WIDTHS[-1]


class Muon(torch.optim.Optimizer):
    """Momentum made orthogonal by three Newton–Schulz iterations."""

    def __init__(self, filters: list[nn.Parameter], rate: float) -> None:
        super().__init__(filters, {"lr": rate})

    @torch.no_grad()
    def step(self) -> None:  # type: ignore[override]
        """Change the weights."""
        for group in self.param_groups:
            for weight in group["params"]:
                momentum = self.state[weight].setdefault("momentum", torch.zeros_like(weight))
                momentum.mul_(0.6).add_(weight.grad)
                update = (weight.grad + 0.6 * momentum).flatten(1)
                weight.mul_(len(weight) ** 0.5 / weight.norm())
                weight.add_(orthogonal(update).view_as(weight).to(weight.dtype), alpha=-group["lr"])


def orthogonal(matrix: torch.Tensor) -> torch.Tensor:
    """Bring all singular values near one."""
    x = matrix.bfloat16() / (matrix.norm() + 1e-7)
    tall = len(x) > x.shape[1]
    x = x.T if tall else x
    for _ in range(3):
        gram = x @ x.T
        x = 3.4445 * x + (-4.7750 * gram + 2.0315 * gram @ gram) @ x
    return x.T if tall else x


class Training:
    """Network, optimizers and schedule; ``step`` is what the speed benchmark times."""

    def __init__(self, device: str, steps: int, batch: int = BATCH, *, short: bool = True) -> None:
        self.steps, self.done = steps, 0
        self.autocast = torch.autocast(device, dtype=torch.bfloat16, enabled=short)
        self.network = Network().to(device, memory_format=torch.channels_last)
        filters = list(self.network.convolutions.parameters())
        self.bias_steps = 3 * steps // 8
        decay = 2e-6 * batch
        others = [
            {"params": [self.network.whiten.bias], "lr": 0.053, "weight_decay": decay / 0.053},
            {"params": [n.bias for n in self.network.norms], "lr": 0.053, "weight_decay": decay / 0.053},
            {"params": [self.network.head.weight], "lr": 0.67, "weight_decay": decay / 0.67},
        ]
        self.optimizers = [torch.optim.SGD(others, momentum=0.85, nesterov=True), Muon(filters, 0.24)]
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["first"] = group["lr"]

    def whiten(self, images: torch.Tensor) -> None:
        """Fill the first layer from patches of pictures."""
        patches = images.unfold(2, 2, 1).unfold(3, 2, 1).permute(0, 2, 3, 1, 4, 5).reshape(-1, 12).double()
        variances, directions = torch.linalg.eigh(patches.T @ patches / len(patches))
        filters = (directions / (variances + 5e-4).sqrt()).T.reshape(12, 3, 2, 2).flip(0)
        self.network.whiten.weight.data[:] = torch.cat([filters, -filters]).to(self.network.whiten.weight)

    def step(self, pixels: torch.Tensor, labels: torch.Tensor) -> None:
        """Train on one batch."""
        self.network.whiten.bias.requires_grad = self.done < self.bias_steps
        with self.autocast:
            logits = self.network(pixels)
        F.cross_entropy(logits.float(), labels, label_smoothing=0.2, reduction="sum").backward()
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = group["first"] * (1 - self.done / self.steps)
            if optimizer is self.optimizers[0]:
                bias = optimizer.param_groups[0]
                bias["lr"] = bias["first"] * max(0.0, 1 - self.done / self.bias_steps)
            optimizer.step()
        self.network.zero_grad(set_to_none=True)
        self.done += 1


def normalised(images: np.ndarray, device: str) -> torch.Tensor:
    pixels = torch.from_numpy(images).to(device).float()
    pixels = (pixels - torch.tensor(MEAN, device=device)) / torch.tensor(DEVIATION, device=device)
    return pixels.permute(0, 3, 1, 2).contiguous(memory_format=torch.channels_last)


def translated(padded: torch.Tensor, generator: torch.Generator, reach: int = 2) -> torch.Tensor:
    """Cut a window of 32×32 out of each padded picture."""
    shifts = torch.randint(0, 2 * reach + 1, (2, len(padded)), generator=generator).to(padded.device)
    across = torch.arange(32, device=padded.device)
    rows, columns = shifts[0][:, None] + across, shifts[1][:, None] + across
    picture = torch.arange(len(padded), device=padded.device)[:, None, None]
    cut = padded[picture, :, rows[:, :, None], columns[:, None, :]]
    return cut.permute(0, 3, 1, 2)


@torch.no_grad()
def logits_of(training: Training, pixels: torch.Tensor, *, six_views: bool) -> torch.Tensor:
    network = training.network.eval()
    answers = []
    for batch in pixels.split(1000):
        with training.autocast:
            views = [(batch, 1.0)]
            if six_views:
                padded = F.pad(batch, (1,) * 4, "reflect")
                views = [(batch, 0.5), (padded[:, :, :-2, :-2], 0.25), (padded[:, :, 2:, 2:], 0.25)]
                views = [(side, w / 2) for view, w in views for side in (view, view.flip(3))]
            answers.append(sum(w * network(view).float() for view, w in views))
    return torch.cat(answers)


def train(
    data: dict[str, np.ndarray], *, seed: int, epochs: int, device: str, short: bool
) -> dict[str, float]:
    torch.manual_seed(seed)
    generator = torch.Generator().manual_seed(seed)
    images = normalised(data["train_images"], device)
    labels = torch.from_numpy(data["train_labels"].astype(np.int64)).to(device)
    per_epoch = len(images) // BATCH
    training = Training(device, per_epoch * epochs, short=short)
    training.whiten(images[:5000])
    padded = F.pad(images, (2,) * 4, "reflect")
    first = torch.rand(len(images), generator=generator).to(device) < 0.5
    begun = time.perf_counter()
    for epoch in range(epochs):
        training.network.train()
        for rows in torch.randperm(len(images), generator=generator).to(device).split(BATCH)[:per_epoch]:
            batch = translated(padded[rows], generator)
            mirrored = (first[rows] ^ bool(epoch % 2))[:, None, None, None]
            batch = torch.where(mirrored, batch.flip(3), batch).contiguous(memory_format=torch.channels_last)
            training.step(batch, labels[rows])
    if device == "cuda":
        torch.cuda.synchronize()
    trained = time.perf_counter()
    pixels = normalised(data["test_images"], device)
    truth = torch.from_numpy(data["test_labels"].astype(np.int64)).to(device)
    plain = (logits_of(training, pixels, six_views=False).argmax(1) == truth).float().mean().item()
    six = (logits_of(training, pixels, six_views=True).argmax(1) == truth).float().mean().item()
    return {
        "test_accuracy": plain,
        "test_accuracy_six_views": six,
        "training_seconds": trained - begun,
        "total_seconds": time.perf_counter() - START,
    }


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("data", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    parser.add_argument("--precision", choices=("mixed_bfloat16", "float32"), default="mixed_bfloat16")
    args = parser.parse_args()
    short = args.precision == "mixed_bfloat16"
    with np.load(args.data) as data:
        found = train(dict(data), seed=args.seed, epochs=args.epochs, device=args.device, short=short)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
