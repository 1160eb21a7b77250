"""Words that everybody who works here knows, and would try first as a password."""

from hospital.models import Hospital


def hospital_words() -> list[str]:
    """The names and codes of the hospitals of this installation."""
    return [word for pair in Hospital.objects.live().values_list("name", "code") for word in pair]
