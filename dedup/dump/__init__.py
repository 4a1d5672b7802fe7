"""Reading a dump and writing it clean."""
