"""What was seen: probes and readers of answers, by area."""
