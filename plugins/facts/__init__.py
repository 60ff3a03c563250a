"""Looks at the world that the rules rest on."""
