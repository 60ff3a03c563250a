"""Enforcement points: who they are, and what they may ask."""
