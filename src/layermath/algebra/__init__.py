"""Exact integer algebra: floor quotients, windows, conditions. It knows no layer."""
