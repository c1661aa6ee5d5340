"""The same documents and questions through comparable libraries, each in an environment of its own (see README.md)."""
