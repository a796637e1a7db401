//! vitte, on two threads.

on!(vitte, multi);
