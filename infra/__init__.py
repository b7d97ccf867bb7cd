"""What runs the two functions and looks after them; neither function imports it."""
