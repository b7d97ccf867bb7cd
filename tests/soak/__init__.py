"""`make soak`: what the one-machine stack holds on to, over many fast hours."""
