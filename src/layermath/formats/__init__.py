"""A derivation as text, JSON and LaTeX: pure functions of the data, which compute nothing."""
