"""All that talks to Kafka. Does not care what an article is.

Its folders stand on levels, which tests/test_kafka_levels.py lists.
"""
