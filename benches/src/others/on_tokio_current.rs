//! tokio, on one thread.

on!(tokio, current);
