"""Response endpoints of lupus trials."""
