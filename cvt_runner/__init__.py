"""The `cvt` command: a CI event goes in, a contract verdict comes out."""

__version__ = "1.0.0"
