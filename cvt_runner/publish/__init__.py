"""Publishers: each carries rendered text to one place, best effort, and reports its own Outcome."""
