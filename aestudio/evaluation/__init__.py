"""Figures that can be trusted: each with its split, unit and protocol. Fit on train, report on test."""
