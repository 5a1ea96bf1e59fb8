"""What touches a socket, and the grammars of what comes over it."""

import importlib.util
import sys

if importlib.util.find_spec("sniffio") is None:
    # httpcore asks for it at every turn; told once that it is not there, nobody looks through every folder again.
    sys.modules["sniffio"] = None  # type: ignore[assignment]  # the import system's own word for absence
