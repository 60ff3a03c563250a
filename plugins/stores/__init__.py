"""Places to keep the event log."""
