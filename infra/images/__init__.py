"""Building the two functions' images and pushing them to a registry."""
