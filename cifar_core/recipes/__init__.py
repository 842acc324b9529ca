"""What a training is asked to do: settings with their bounds, ready recipes. Knows nothing of Keras."""
