"""What a run was asked: options, settings file, environment."""
