"""Kafka records as the core sees them: what comes in, what goes out, and rejections.

Does not care what an article says. Imports `article`, for whose message it is.
"""
