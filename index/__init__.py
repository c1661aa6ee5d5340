"""Documents to searchable passages."""
