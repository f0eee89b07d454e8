"""What authors and teachers run; students never get it. `cli` is the command `nblib`."""
