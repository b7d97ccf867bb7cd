"""The operator's commands, one file each, and what several of them need."""
