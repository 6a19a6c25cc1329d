"""What contributors and CI run beside the product: generators, checks, locks. Not part of the distribution."""
