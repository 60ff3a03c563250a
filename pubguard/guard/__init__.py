"""The gate: gather the facts, decide, record, answer."""
