"""Descriptions in memory: read once per content, shared by all who ask, bounded."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, RLock
from typing import Final

from cvt_engine.errors import EngineError, SourceMissing
from cvt_engine.facade import Contract, Fixtures, Spec, ValidateOptions, load_spec
from cvt_server.errors import DocumentInvalid, NotFound

NAME: Final = "openapi"
"""What a registered description is called where a finding or an error names its file; the ending says whether it is JSON."""
ELSEWHERE: Final = "is another file, and a registered description is one document"
OWN_ROOM: Final = 2
"""This many descriptions are kept however large they are: a comparison needs two."""
WEIGHT: Final = 10
"""Bytes of memory for one byte of text, about: read, compiled and every operation used once."""


@dataclass(slots=True)
class Loaded:
    """A description with what was worked out from it. `size` estimates the bytes of memory it takes."""

    spec: Spec
    contract: Contract
    size: int
    _fixtures: Fixtures | None = field(default=None, repr=False)
    _lock: RLock = field(default_factory=RLock, repr=False)

    @property
    def fixtures(self) -> Fixtures:
        """The fixture generator, made when it is first asked for."""
        with self._lock:
            if self._fixtures is None:
                self._fixtures = Fixtures(self.spec)
            return self._fixtures


def read(content: str, options: ValidateOptions) -> Loaded:
    """Load a description from its text. Raises DocumentInvalid. References to other files and to addresses are never followed."""
    data = content.encode("utf-8", "surrogatepass")
    name = f"{NAME}.json" if content.lstrip()[:1] in ("{", "[") else f"{NAME}.yaml"

    def reader(uri: str) -> bytes:
        if uri != name:
            raise SourceMissing(f"{uri} {ELSEWHERE}")
        return data

    try:
        spec = load_spec(reader, name)
    except EngineError as problem:
        raise DocumentInvalid(f"Failed to parse schema: {_told(problem, name)}", hint=problem.hint) from None
    return Loaded(spec, Contract.compile(spec, options), len(data) * WEIGHT)


def _told(problem: EngineError, name: str) -> str:
    """What is wrong and in which line; the name of the text is ours and tells nobody anything."""
    text = str(problem).removesuffix(f" ({problem.hint})")
    line = text.removeprefix(f"{name}:")
    return text if line == text else f"line {line}" if line[:1].isdigit() else line.lstrip()


class Library:
    """Loaded descriptions by the hash of their content, the least used leave first. Each is loaded once, however many ask at the same time."""

    def __init__(self, fetch: Callable[[str], str | None], options: ValidateOptions, *, most: int, room: int) -> None:
        """`fetch` gives the text of a hash; at most `most` descriptions and about `room` bytes are kept."""
        self._fetch = fetch
        self._options = options
        self._most = most
        self._room = room
        self._held: OrderedDict[str, Loaded] = OrderedDict()
        self._lock = Lock()
        self._loading: dict[str, Lock] = {}
        self.size = 0
        self.hits = 0
        self.misses = 0

    def get(self, digest: str) -> Loaded:
        """The description with that hash. Raises NotFound, DocumentInvalid, Unavailable."""
        found = self.peek(digest)
        if found is not None:
            return found
        with self._lock:
            own = self._loading.setdefault(digest, Lock())
        with own:
            try:
                return self.peek(digest) or self._load(digest)
            finally:
                with self._lock:
                    self._loading.pop(digest, None)

    def peek(self, digest: str) -> Loaded | None:
        """The description where it is in memory."""
        with self._lock:
            found = self._held.get(digest)
            if found is not None:
                self._held.move_to_end(digest)
                self.hits += 1
            return found

    def read(self, content: str) -> Loaded:
        """Load a text that is not stored (yet). Raises DocumentInvalid."""
        return read(content, self._options)

    def keep(self, digest: str, loaded: Loaded) -> None:
        """Put one in, and the least used out where there is no room."""
        with self._lock:
            before = self._held.pop(digest, None)
            self.size += loaded.size - (0 if before is None else before.size)
            self._held[digest] = loaded
            while len(self._held) > OWN_ROOM and (len(self._held) > self._most or self.size > self._room):
                self.size -= self._held.popitem(last=False)[1].size

    def __len__(self) -> int:
        return len(self._held)

    def _load(self, digest: str) -> Loaded:
        self.misses += 1
        content = self._fetch(digest)
        if content is None:
            raise NotFound(f"there is no description with the hash {digest}")
        loaded = self.read(content)
        self.keep(digest, loaded)
        return loaded
