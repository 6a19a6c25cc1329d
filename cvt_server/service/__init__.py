"""The service layer: every operation once, for gRPC, REST and the command line alike.

Methods are synchronous and thread-safe; a wire runs them in a thread unless a docstring says that they answer from memory. They raise
`cvt_server.errors.ServerError` subclasses for what the caller can mend and `Unavailable` when the storage cannot be used. Mutations take the
`Actor` for ownership and the audit trail. Scopes are checked by the wires (`cvt_server.auth`), ownership here.
"""
