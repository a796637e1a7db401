//! `futures_task::Spawn` and `LocalSpawn` over vitte's runtimes.
//!
//! The tasks are vitte's own: they appear in its metrics, and shutting the runtime down drops
//! them. Their `JoinHandle`s are dropped, so a panic in one goes no further than the panic hook.

use futures_task::{FutureObj, LocalFutureObj, LocalSpawn, Spawn, SpawnError};
use vitte::runtime::Handle;

/// Spawns onto a runtime.
///
/// # Examples
///
/// ```
/// use futures::task::SpawnExt;
/// use vitte_futures::spawn::Spawner;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let spawner = Spawner::current();
/// let answer = spawner.spawn_with_handle(async { 6 * 7 }).unwrap();
/// assert_eq!(answer.await, 42);
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Spawner(Handle);

impl Spawner {
    /// Spawns onto the runtime that `handle` belongs to.
    pub fn new(handle: Handle) -> Self {
        Spawner(handle)
    }

    /// Spawns onto the current runtime.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    #[track_caller]
    pub fn current() -> Self {
        Spawner(Handle::current())
    }
}

impl From<Handle> for Spawner {
    fn from(handle: Handle) -> Self {
        Spawner::new(handle)
    }
}

impl Spawn for Spawner {
    /// Never fails: a runtime that has shut down drops the future.
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        self.0.spawn(future);
        Ok(())
    }
}

/// Spawns onto the current `LocalSet` or `LocalRuntime`, whichever that is at the time.
///
/// # Panics
///
/// Spawning panics where `vitte::task::spawn_local` does: outside of both.
///
/// # Examples
///
/// ```
/// use futures::task::LocalSpawnExt;
/// use std::rc::Rc;
/// use vitte_futures::spawn::LocalSpawner;
///
/// let runtime = vitte::runtime::LocalRuntime::new().unwrap();
/// let answer = runtime.block_on(async {
///     let here = Rc::new(42);
///     LocalSpawner.spawn_local_with_handle(async move { *here }).unwrap().await
/// });
/// assert_eq!(answer, 42);
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct LocalSpawner;

impl LocalSpawn for LocalSpawner {
    fn spawn_local_obj(&self, future: LocalFutureObj<'static, ()>) -> Result<(), SpawnError> {
        vitte::task::spawn_local(future);
        Ok(())
    }
}
