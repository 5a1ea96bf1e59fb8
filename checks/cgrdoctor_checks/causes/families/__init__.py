"""Causes, one file a family. Found by walking this package: a further file is a further family."""
