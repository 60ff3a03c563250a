"""The edge lock for nginx: what writes the map, and the configuration that uses it."""
