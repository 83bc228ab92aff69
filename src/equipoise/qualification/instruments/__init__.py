"""Adapters from the cases of the instruments to the scores."""
