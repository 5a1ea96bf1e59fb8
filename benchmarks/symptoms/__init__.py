"""What the real clients print in the worlds of the lab: the raw material of `cgrdoctor/symptoms/table.tsv`."""
