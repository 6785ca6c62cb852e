"""Settings of all tests."""

from hypothesis import settings

# A deadline is wall time: on a machine with other load it fails tests that are right. Speed has
# tests of its own.
settings.register_profile("cleanwire", deadline=None)
settings.load_profile("cleanwire")
