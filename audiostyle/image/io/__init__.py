"""Picture files: reading, writing, and what goes with a picture."""
