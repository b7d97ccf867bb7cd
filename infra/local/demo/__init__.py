"""The demonstration: a sample history that ends now, a button, and their clock."""
