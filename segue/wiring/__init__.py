"""How a node is put together: one part a file, each started and stopped as a whole."""
