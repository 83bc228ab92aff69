"""Adapters from the cases of the statistical reference set to the estimators."""
