"""Ground: characters, lines, words, addresses, arrays. Texts in, texts and numbers out.

Knows nothing of news, pages or feeds. Every room of the core may import it; it imports none.
"""
