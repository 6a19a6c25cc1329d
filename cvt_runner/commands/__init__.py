"""One verb per file: plain values in, an exit code out."""
