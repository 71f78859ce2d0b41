"""How expressions and sentences are set: mathematics, words, languages, the letters of a book."""
