"""Keras: its layer types, and its words for what rules say."""
