"""From the name of a method in the protocol to its estimator, one module a family."""
