"""How much a run's accuracy falls when its test pictures are corrupted."""
