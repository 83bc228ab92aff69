"""The nouns of a protocol, one module each."""
