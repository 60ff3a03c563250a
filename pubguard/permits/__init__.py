"""Permits: what lets an approved, confirmed and armed release out while the guard is away."""
