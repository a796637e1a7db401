//! What the harness sees of a runtime: a list of workloads that it can run.

use crate::one_core::OneCore;

/// How many workers each multi-thread runtime has, unless an option says otherwise.
pub const WORKERS: usize = 2;

/// A workload's name and size.
#[derive(Debug, Clone, Copy)]
pub struct Workload {
    pub name: &'static str,
    /// How many operations one round has; more of them make rounds longer, not different.
    pub operations: u64,
    pub unit: Unit,
    /// No more rounds than that, for workloads whose rounds are long.
    pub rounds_max: usize,
    /// All threads are held on one core meanwhile.
    pub one_core: bool,
}

impl Workload {
    /// Holds the threads where the workload wants them, as long as the result lives.
    pub fn hold(&self) -> Option<OneCore> {
        self.one_core.then(OneCore::new)
    }
}

/// What a workload's result counts. Less is better in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Nanoseconds per operation.
    Nanoseconds,
    /// A delay in nanoseconds: half of the operations, or 99 of 100, took no longer.
    Delay,
    /// Bytes of resident memory per object.
    Bytes,
}

/// A runtime under test, with every workload over it.
pub trait Subject {
    /// The same list, in the same order, for every subject.
    fn workloads(&self) -> &[Workload];

    /// Runs one round and returns the cost of one operation.
    fn run(&self, workload: usize, operations: u64) -> f64;

    /// Makes that many idle things and returns when all of them wait.
    fn hold_idle(&self, kind: &'static str, count: usize);
}
