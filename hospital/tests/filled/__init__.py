"""A filled database of each engine as it was at a landing: what every later version must migrate."""
