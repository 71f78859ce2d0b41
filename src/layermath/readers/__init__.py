"""Readers: each turns one way of writing a model down into a `layermath.network.Network`.

They know no equations, and never import a renderer.
"""
