"""The Docker client and engine: configuration, trust, proxy, pull."""
