"""Pure OpenAPI engine: bytes and values in, values out. No file system, network, clock or printing."""
