"""Confine students' code. `sandbox` chooses the tier; `bubblewrap` and `container` build it."""
