"""The way out when Kafka has lost something: where each stage goes on, and what is done again.

Works while no worker runs; does not care about running ones.
"""
