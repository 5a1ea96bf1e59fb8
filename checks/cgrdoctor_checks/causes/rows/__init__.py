"""From the facts of a run to the rows of its table, one file a kind of witness."""
