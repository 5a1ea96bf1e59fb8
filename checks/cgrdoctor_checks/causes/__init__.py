"""The differential of a failed pull: what can explain it, one file a cause or family."""
