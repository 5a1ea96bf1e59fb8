"""The process itself: its streams, its end, its crash."""
