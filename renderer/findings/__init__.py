"""From the history to numbers, with polars: increments, paces, records; pure."""
