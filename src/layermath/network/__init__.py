"""The graph of a model, and each of its layers applied to the shapes that reach it."""
