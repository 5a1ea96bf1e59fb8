"""Many machines, one answer: their reports are read as they come, and what tells the unwell from the well is found."""
