"""gRPC: the published contract service, and the registry's operations on the same port."""
