"""Figures from predictions, without TensorFlow."""
