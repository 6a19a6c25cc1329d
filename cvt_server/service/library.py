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
OWN_ROOM: Final = 16
"""This many descriptions are kept however large they are."""


@dataclass(slots=True)
class Loaded:
    """A description with what was worked out from it. `size` is the length of its text."""

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
            raise SourceMissing(
                f"{uri} is another file", hint="bundle the description into one document before it is registered; `cvt register-schema` does so"
            )
        return data

    try:
        spec = load_spec(reader, name)
    except EngineError as problem:
        raise DocumentInvalid(str(problem)) from None
    return Loaded(spec, Contract.compile(spec, options), len(data))


class Library:
    """Loaded descriptions by the hash of their content, the least used leave first. Each is loaded once, however many ask at the same time."""

    def __init__(self, fetch: Callable[[str], str | None], options: ValidateOptions, *, most: int, room: int) -> None:
        """`fetch` gives the text of a hash; at most `most` descriptions and `room` bytes of text are kept."""
        self._fetch = fetch
        self._options = options
        self._most = most
        self._room = room
        self._held: OrderedDict[str, Loaded] = OrderedDict()
        self._lock = Lock()
        self._loading: dict[str, Lock] = {}
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
            self._held[digest] = loaded
            self._held.move_to_end(digest)
            while len(self._held) > self._most or (len(self._held) > OWN_ROOM and self.size > self._room):
                self._held.popitem(last=False)

    @property
    def size(self) -> int:
        """Bytes of text of what is held."""
        return sum(loaded.size for loaded in self._held.values())

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
