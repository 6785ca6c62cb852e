"""Both stages over messages in memory, and what differs between two such runs.

Does not care where the messages come from, nor how a run is shown. Imports `dedupe` and `messages`.
"""
