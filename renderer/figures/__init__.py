"""From findings to plotly figures, plain dictionaries without words; pure."""
