"""What a document may cost: every limit in one place."""

from __future__ import annotations

from typing import Final

MAX_BYTES: Final = 64 * 1024 * 1024
"""Largest file that is read; GitHub's own description, one of the largest public ones, has 13 MB."""

MAX_DEPTH: Final = 512
"""Deepest nesting of mappings and sequences; real descriptions stay under 40. Keeps recursive readers off the end of the stack."""

MAX_ALIAS_NODES: Final = 1_000_000
"""How many nodes the aliases and merge keys of one YAML document may stand for in sum."""

MAX_INTEGER_DIGITS: Final = 4300
"""Longest integer, the interpreter's own default limit for converting text to int."""

MAX_REF_CHAIN: Final = 100
"""Longest chain of references that point at references."""

MAX_DOCUMENTS: Final = 2_000
"""How many files one description may reach."""
