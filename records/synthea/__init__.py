"""Bringing in a population that Synthea made, through the same services and rules as everybody's work."""
