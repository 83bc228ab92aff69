"""Pages of a trial: lays results out, computes nothing."""
