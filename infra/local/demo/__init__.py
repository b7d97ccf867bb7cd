"""The demonstration: a history that ends now, and a button that goes on from it."""
