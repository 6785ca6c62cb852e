"""What cleanwire decides about articles: pure functions, no Kafka, no clock, no environment.

Its rooms stand on levels, which tests/test_architecture.py lists. Imports `schemas`, settings, and
the names of topics and headers.
"""
