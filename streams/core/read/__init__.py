"""A message's bytes to the fields of an article: contracts, feeds, JSON items, metadata.

Does not care which lines of the text are residue. Imports `text` and `messages`.
"""
