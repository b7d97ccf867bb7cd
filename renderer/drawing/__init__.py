"""From figures to PNG bytes: the only processes. Imports nothing, so that the browser starts first."""
