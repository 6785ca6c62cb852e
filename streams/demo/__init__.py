"""`cleanwire demo`: a Kafka, a worker and a few articles, and a check of what comes out.

Does not care how articles are cleaned. Imported by the commands alone.
"""
