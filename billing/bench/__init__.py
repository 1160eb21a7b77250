"""Measuring what has to do with money. Nothing of the product imports this package."""
