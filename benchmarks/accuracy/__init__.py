"""How many faults the doctor tells, how often it cries wolf, and how it tells look-alikes apart: a grid of worlds."""
