"""How dates and times are written where nobody says otherwise (Django admin)."""
