"""What stands on the page of a derivation, decided once for every format, which prints it."""
