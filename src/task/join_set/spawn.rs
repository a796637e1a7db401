//! How tasks get into a set.

use std::future::Future;

use super::{Builder, JoinSet};
use crate::runtime::Handle;
use crate::task::{self, AbortHandle, LocalSet};

/// Adding tasks.
impl<T: 'static> JoinSet<T> {
    /// Spawns a task that has a name.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() -> std::io::Result<()> {
    /// let mut set = JoinSet::new();
    /// set.build_task().name("sum").spawn(async { 1 + 1 })?;
    /// assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn build_task(&mut self) -> Builder<'_, T> {
        Builder::new(self)
    }

    /// Spawns a task on the current runtime. The returned handle aborts it; it need not be kept.
    ///
    /// # Panics
    ///
    /// If the thread is not inside a runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// set.spawn(async { 1 + 1 });
    /// assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T>,
        F: Send + 'static,
        T: Send,
    {
        self.insert(task::spawn(task))
    }

    /// Spawns a task on the given runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// let handle = vitte::runtime::Handle::current();
    /// set.spawn_on(async { 1 + 1 }, &handle);
    /// assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_on<F>(&mut self, task: F, handle: &Handle) -> AbortHandle
    where
        F: Future<Output = T>,
        F: Send + 'static,
        T: Send,
    {
        self.insert(handle.spawn(task))
    }

    /// Spawns a task that stays on this thread; see
    /// [`spawn_local`](crate::task::spawn_local()).
    ///
    /// # Panics
    ///
    /// If the thread is neither inside a [`LocalSet`] nor inside a
    /// [`LocalRuntime`](crate::runtime::LocalRuntime).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::rc::Rc;
    /// use vitte::task::{JoinSet, LocalSet};
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let local = LocalSet::new();
    /// local.run_until(async {
    ///     let mut set = JoinSet::new();
    ///     let text = Rc::new("not Send");
    ///     set.spawn_local(async move { text.len() });
    ///     assert_eq!(set.join_next().await.unwrap().unwrap(), 8);
    /// })
    /// .await;
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local<F>(&mut self, task: F) -> AbortHandle
    where
        F: Future<Output = T>,
        F: 'static,
    {
        self.insert(task::spawn_local(task))
    }

    /// Spawns a task on a [`LocalSet`]. It runs when that set is polled.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::{JoinSet, LocalSet};
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let local = LocalSet::new();
    /// let mut set = JoinSet::new();
    /// set.spawn_local_on(async { 1 + 1 }, &local);
    /// let joined = local.run_until(set.join_next()).await;
    /// assert_eq!(joined.unwrap().unwrap(), 2);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_local_on<F>(&mut self, task: F, local_set: &LocalSet) -> AbortHandle
    where
        F: Future<Output = T>,
        F: 'static,
    {
        self.insert(local_set.spawn_local(task))
    }

    /// Runs a closure on the current runtime's blocking pool.
    ///
    /// # Panics
    ///
    /// If the thread is not inside a runtime.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// set.spawn_blocking(|| 1 + 1);
    /// assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking<F>(&mut self, f: F) -> AbortHandle
    where
        F: FnOnce() -> T,
        F: Send + 'static,
        T: Send,
    {
        self.insert(task::spawn_blocking(f))
    }

    /// Runs a closure on the given runtime's blocking pool.
    ///
    /// # Examples
    ///
    /// ```
    /// use vitte::task::JoinSet;
    ///
    /// # #[vitte::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut set = JoinSet::new();
    /// let handle = vitte::runtime::Handle::current();
    /// set.spawn_blocking_on(|| 1 + 1, &handle);
    /// assert_eq!(set.join_next().await.unwrap().unwrap(), 2);
    /// # }
    /// ```
    #[track_caller]
    pub fn spawn_blocking_on<F>(&mut self, f: F, handle: &Handle) -> AbortHandle
    where
        F: FnOnce() -> T,
        F: Send + 'static,
        T: Send,
    {
        self.insert(handle.spawn_blocking(f))
    }
}

/// Spawns each of the futures on the current runtime; panics if there is none.
///
/// # Examples
///
/// ```
/// use vitte::task::JoinSet;
///
/// # #[vitte::main(flavor = "current_thread")]
/// # async fn main() {
/// let set: JoinSet<u32> = (1..=3).map(|n| async move { n * n }).collect();
/// assert_eq!(set.join_all().await.iter().sum::<u32>(), 14);
/// # }
/// ```
impl<T, F> FromIterator<F> for JoinSet<T>
where
    F: Future<Output = T>,
    F: Send + 'static,
    T: Send + 'static,
{
    #[track_caller]
    fn from_iter<I: IntoIterator<Item = F>>(futures: I) -> Self {
        let mut set = JoinSet::new();
        set.extend(futures);
        set
    }
}

/// Spawns each of the futures on the current runtime; panics if there is none.
impl<T, F> Extend<F> for JoinSet<T>
where
    F: Future<Output = T>,
    F: Send + 'static,
    T: Send + 'static,
{
    fn extend<I: IntoIterator<Item = F>>(&mut self, futures: I) {
        for future in futures {
            self.spawn(future);
        }
    }
}
