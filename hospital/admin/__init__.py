"""The place and its people in Django admin: every module of this package registers its classes."""

from hospital.kit import topics

topics.modules(__name__)
