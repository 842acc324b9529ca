"""Images per second of the PyTorch peer's training step; prints one JSON document."""

import argparse
import json
import statistics
import time

import torch
from airbench import Training


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--batch", type=int, default=512)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--precision", choices=("mixed_bfloat16", "float32"), default="mixed_bfloat16")
    args = parser.parse_args()
    torch.manual_seed(0)
    # Of a long training, so that the whitening layer's bias is trained all the time, as ours is.
    training = Training("cpu", steps=1000, batch=args.batch, short=args.precision == "mixed_bfloat16")
    pixels = torch.randn(args.batch, 3, 32, 32).contiguous(memory_format=torch.channels_last)
    labels = torch.randint(0, 10, (args.batch,))
    times = []
    for _ in range(args.steps):
        begun = time.perf_counter()
        training.step(pixels, labels)
        times.append(time.perf_counter() - begun)
    print(json.dumps({"images_per_second": args.batch / statistics.median(times[2:])}))


if __name__ == "__main__":
    main()
