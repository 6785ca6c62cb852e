"""An HTML page to the text of its article, block by block, each removal with its reason.

Does not care what a source's rules say. Imports `text`, `read` and, for how a line looks and which
phrases it has, `residue`.
"""
