"""From figures to PNG bytes: the only processes.

Imports nothing, so that the browser starts before anything heavy is imported.
"""
