"""Sources that change: what is usual with each, and when one leaves it or falls silent.

Does not care what an article says, nor what becomes of it. Imports `article`, for names.
"""
