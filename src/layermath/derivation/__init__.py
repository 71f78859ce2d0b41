"""The records of a derivation, and what composes them from a network."""
