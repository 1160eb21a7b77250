"""The machinery of the REST door: what every resource of the API has in common."""
