"""What layers do to shapes: rules that know axes by name and no framework."""
