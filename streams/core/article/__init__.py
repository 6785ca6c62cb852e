"""What both stages know of one article: fingerprint, sketch, keys, and the record in the window.

Does not care about other articles. Imports `text` and `read`.
"""
