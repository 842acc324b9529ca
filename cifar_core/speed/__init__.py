"""What a training costs on this machine: measured, kept, foreseen."""
