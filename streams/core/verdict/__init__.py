"""The judgement of stage 2: what an article is to those before it, and why.

Does not care how records are kept or sent. Imports `text`, `article` and `window`.
"""
