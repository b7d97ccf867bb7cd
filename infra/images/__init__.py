"""Building the images, and pushing the two functions' to a registry."""
