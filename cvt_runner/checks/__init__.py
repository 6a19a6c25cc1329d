"""What is checked about a specification, as functions of values."""
