"""The demo: two invented hospitals with invented people, made through the services like anybody's."""
