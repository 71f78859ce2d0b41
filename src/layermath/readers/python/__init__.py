"""A subset of Python, read without running it: an interpreter over `ast` with no door.

It is bounded in steps and sizes. What it cannot follow has no value and is passed over, unless
something depends on it.
"""
