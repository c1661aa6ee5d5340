"""Gold questions, runs, metrics and the gate."""
