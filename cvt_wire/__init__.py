"""The messages of both gRPC services, generated from api/*.proto by `make gen`; shared by the runner's client and the server."""
