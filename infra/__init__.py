"""What runs the two functions and looks after them. Neither function imports it."""
