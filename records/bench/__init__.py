"""Measuring: filling a database, and timing what the product answers from it.

Nothing of the product imports this package. It works in the mode ``bench`` alone, on a database of
its own.
"""
