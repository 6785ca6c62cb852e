"""An embedded Apache Kafka for demo and tests: jars, a Java runtime, one node on loopback.

Nothing of the worker imports it.
"""
