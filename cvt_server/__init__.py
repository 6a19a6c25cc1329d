"""The contract server: registry, validator and deploy gate behind gRPC and REST. Stands on the engine and adds storage and identity, never judgement."""

__version__ = "1.0.0"
