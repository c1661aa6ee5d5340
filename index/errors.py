"""Every error that a user can meet, as one tree.

AvotsError
├── SourceError             a file or folder that was to be indexed
│   ├── UnreachableSource   missing or not readable: what was indexed of it before is kept
│   └── UnusableSource      read, but no text to index: binary, empty, too large
├── ModelError              an embedding model
│   ├── ModelUnavailable    its weights are not on this machine
│   └── ModelDamaged        its files do not match their checksum
└── StoreError              an index on disk
    ├── IndexNotFound       no index in that directory yet
    ├── IndexMismatch       built with another model or other settings
    ├── IndexBusy           another process is writing it
    ├── IndexDamaged        its files contradict each other
    └── DocumentNotFound    no such document in it

The message of each is a whole sentence: what is wrong, with what, and what to do about it.
"""

__all__ = [
    "AvotsError",
    "DocumentNotFound",
    "IndexBusy",
    "IndexDamaged",
    "IndexMismatch",
    "IndexNotFound",
    "ModelDamaged",
    "ModelError",
    "ModelUnavailable",
    "SourceError",
    "StoreError",
    "UnreachableSource",
    "UnusableSource",
]


class AvotsError(Exception):
    """Base of every error that a user can meet and mend."""


class SourceError(AvotsError):
    """A file or folder that was to be indexed; ``path`` is as the user would write it."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path!r}: {problem}" if not path.isprintable() else f"{path}: {problem}")
        self.path = path
        self.problem = problem


class UnreachableSource(SourceError):
    """Missing or not readable."""


class UnusableSource(SourceError):
    """Read, but there is no text in it to index."""


class ModelError(AvotsError):
    """An embedding model."""


class ModelUnavailable(ModelError):
    """The weights are not on this machine."""


class ModelDamaged(ModelError):
    """The files do not match their checksum."""


class StoreError(AvotsError):
    """An index on disk."""


class IndexNotFound(StoreError):
    """No index in that directory yet."""


class IndexMismatch(StoreError):
    """Built with another model or other settings."""


class IndexBusy(StoreError):
    """Another process is writing it."""


class IndexDamaged(StoreError):
    """Its files contradict each other."""


class DocumentNotFound(StoreError):
    """No such document in the index."""
