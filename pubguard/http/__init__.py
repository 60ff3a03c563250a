"""The HTTP service: the command line's answers, for publishing systems over the network."""
