"""Which CI platform this is and what it says about the run."""
