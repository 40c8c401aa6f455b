"""Forms drawn from specs: a field's type, bounds, unit and help say how it is edited."""
