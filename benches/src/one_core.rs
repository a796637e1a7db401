//! Holds all threads of this process on one core, for workloads in which one thread waits for
//! another each time.
//!
//! Two threads that answer each other take some 5 µs for it on one core and 50 on two, where each
//! wake has to reach a core that sleeps. Which of the two happens is the kernel's choice; it stays
//! with it for seconds, and chooses for each runtime's threads anew. So an unpinned round tells
//! where the threads were, and nothing about the runtime.

use std::fs;

use rustix::process::Pid;
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// All threads are on one core for as long as this lives.
pub struct OneCore {
    before: CpuSet,
}

impl OneCore {
    pub fn new() -> Self {
        let before = sched_getaffinity(None).expect("this thread's cores");
        let first = (0..CpuSet::MAX_CPU).find(|&core| before.is_set(core));
        let mut one = CpuSet::new();
        one.set(first.expect("a core"));
        set_all(&one);
        OneCore { before }
    }
}

impl Drop for OneCore {
    fn drop(&mut self) {
        set_all(&self.before);
    }
}

/// Sets the cores of all threads of this process. Those that are started later inherit them.
fn set_all(cores: &CpuSet) {
    let threads = fs::read_dir("/proc/self/task").expect("this process's threads");
    for thread in threads.flatten() {
        let id = thread.file_name().to_str().and_then(|id| id.parse().ok());
        // One that has ended meanwhile needs none.
        let _ = sched_setaffinity(id.and_then(Pid::from_raw), cores);
    }
}
