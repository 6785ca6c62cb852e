"""What both stages know of one article: identity, fingerprint, sketch, keys, record in the window.

Does not care about other articles. Imports `text` alone.
"""
