"""What touches a socket, and the grammars of what comes over it."""
