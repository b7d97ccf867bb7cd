"""Into the site's bucket, so that nobody ever sees it torn."""
