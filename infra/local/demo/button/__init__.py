"""A button page with the JSON API that the collector reads, for demonstrations."""
