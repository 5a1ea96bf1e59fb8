"""What holds for every test: a slow machine is no failure, and what failed once is not remembered between runs."""

from hypothesis import settings

settings.register_profile("cgrdoctor", deadline=None, database=None, print_blob=True)
settings.load_profile("cgrdoctor")
