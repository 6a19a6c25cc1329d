"""Publishers: each carries the finished report somewhere, best effort, and says what became of it."""
