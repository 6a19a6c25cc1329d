"""Every operation of the REST description once: one table that REST and the registry's gRPC service both answer from."""
