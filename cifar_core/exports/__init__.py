"""Runs go out: to TensorBoard, MLflow, a compact file, another folder."""
