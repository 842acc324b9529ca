"""Where a network looks: decoding an upload, Grad-CAM, the overlay."""
