"""Topics as a table: created, checked, read to their end, tried again.

Does not care about running workers.
"""
