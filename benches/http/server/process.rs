//! What every server process here does, whatever it serves with.

use std::io::{self, Read};
use std::{process, thread};

use rustix::thread::{CpuSet, sched_setaffinity};

/// Keeps this thread, and those that it starts, on one core.
pub fn stay_on(core: usize) -> io::Result<()> {
    let mut cores = CpuSet::new();
    cores.set(core);
    Ok(sched_setaffinity(None, &cores)?)
}

/// Ends this process when its standard input ends: however the other side ends, so does this one.
pub fn end_with_stdin() {
    thread::spawn(|| {
        let _ = io::stdin().read_to_end(&mut Vec::new());
        process::exit(0);
    });
}
