"""Whether the image, tag and platform exist."""
