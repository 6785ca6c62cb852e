"""Settings of all tests."""

import signal

from hypothesis import settings

# Each of these programs changes cleanwire or Kafka's client as soon as it is imported, which a
# search for doctests would do. It did: readers of this process then saw open transactions.
collect_ignore = ["workers"]

# A deadline is wall time: on a machine with other load it fails tests that are right. Speed has
# tests of its own.
settings.register_profile("cleanwire", deadline=None)
settings.load_profile("cleanwire")

# A job in the background ignores Ctrl-C, and so would every program that a test starts to see what
# Ctrl-C does to it.
signal.signal(signal.SIGINT, signal.default_int_handler)
