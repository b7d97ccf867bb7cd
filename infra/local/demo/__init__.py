"""The demonstration: a sample history that ends now, and a button that goes on."""
