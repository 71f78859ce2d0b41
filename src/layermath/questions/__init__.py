"""What one asks of a network."""
