"""Topics as a table: created, checked, read to their end.

Does not care about running workers.
"""
