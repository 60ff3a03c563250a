"""Calendars: read from their sources, announced by hand, and shown."""
