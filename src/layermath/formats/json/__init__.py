"""Plain data, ready for ``json.dumps``: a module for each kind of record."""
