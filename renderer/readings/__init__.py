"""Readings: from many S3 objects to one history of a counter."""
