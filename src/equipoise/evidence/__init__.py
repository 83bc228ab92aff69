"""Published results: recomputed, compared, explained."""
