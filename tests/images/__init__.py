"""The images, run as Lambda runs them; `make test-images`."""
