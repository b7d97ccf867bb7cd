"""The stack on AWS: its templates, read as data, and the policies of its buckets."""
