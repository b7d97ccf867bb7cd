"""From S3 objects to one history: what a reading looks like, fetching, keeping."""
