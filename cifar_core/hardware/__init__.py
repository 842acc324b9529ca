"""What this machine has to compute on."""
