"""Money: what is told, owed and paid."""

from .estimates import Estimate, EstimateLine

__all__ = ["Estimate", "EstimateLine"]
