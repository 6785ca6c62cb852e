"""The memory of stage 2: recent articles, found by the keys of their paragraphs.

Does not care what is a copy of what. Imports `text` and `article`.
"""
