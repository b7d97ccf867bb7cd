"""The tests on a bare Debian 13, run as a newcomer would; `make test-debian`."""
