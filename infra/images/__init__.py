"""Build the two functions' images and push them to a registry."""
