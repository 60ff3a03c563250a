"""Telling people: who is meant, who can be reached, and what became of it."""
