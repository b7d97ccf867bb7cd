"""A page with a button and the JSON API that the collector reads."""
