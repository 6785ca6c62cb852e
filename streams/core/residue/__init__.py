"""Which lines of a text are not the article: phrases, line model, repeats; and which is its title.

Does not care where the text came from, HTML or plain. Imports `text` alone.
"""
