//! tokio, on two threads.

on!(tokio, multi);
