"""Findings: from the history to increments, paces, records and heatmaps; pure."""
