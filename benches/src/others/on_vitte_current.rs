//! vitte, on one thread.

on!(vitte, current);
