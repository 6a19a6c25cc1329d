"""The contract server as the runner sees it. Imported only by what needs a server: nothing here costs a comparison anything."""

import os

# Before grpc is imported: what its core logs about a connection is said by our own message, once and readable.
os.environ.setdefault("GRPC_VERBOSITY", "NONE")
