"""The built-in checks: one subject a file, with its facts, the probes that make them and the checks that judge them."""
