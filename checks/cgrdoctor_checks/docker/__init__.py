"""The local Docker client and engine."""
