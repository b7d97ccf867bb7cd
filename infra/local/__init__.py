"""The one-machine AWS: real parts on loopback, run by `make run`."""
