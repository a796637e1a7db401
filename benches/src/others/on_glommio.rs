//! glommio, over io_uring.

mod rt {
    use std::mem::ManuallyDrop;
    use std::os::fd::{FromRawFd, IntoRawFd};
    use std::time::Duration;

    use glommio::net::TcpListener;
    use glommio::timer::Timer;
    use glommio::{LocalExecutor, LocalExecutorBuilder};
    use smol::io::{AsyncReadExt, AsyncWriteExt};

    use crate::others::MESSAGE;

    thread_local! {
        /// Never dropped, since that would need thread-local variables that are gone by then.
        static EXECUTOR: ManuallyDrop<LocalExecutor> = ManuallyDrop::new(
            LocalExecutorBuilder::default().make().expect("an executor"),
        );
    }

    /// Runs a future as a task, and waits for it.
    pub fn run<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        EXECUTOR.with(|executor| executor.run(async move { glommio::spawn_local(future).await }))
    }

    pub fn spawn(future: impl Future<Output = ()> + 'static) -> impl Future<Output = ()> {
        glommio::spawn_local(future)
    }

    pub fn detach(future: impl Future<Output = ()> + 'static) {
        glommio::spawn_local(future).detach();
    }

    pub fn sleep(time: Duration) -> impl Future {
        Timer::new(time)
    }

    pub async fn serve(listener: std::net::TcpListener, connections: u64) {
        // SAFETY: the descriptor is a listener's, and nobody else's from here on.
        let listener = unsafe { TcpListener::from_raw_fd(listener.into_raw_fd()) };
        let mut tasks = Vec::new();
        for _ in 0..connections {
            let mut connection = listener.accept().await.expect("a client");
            connection.set_nodelay(true).expect("no delay");
            tasks.push(spawn(async move {
                let mut message = [0; MESSAGE];
                while connection.read_exact(&mut message).await.is_ok() {
                    connection.write_all(&message).await.expect("the client");
                }
            }));
        }
        for task in tasks {
            task.await;
        }
    }
}

#[path = "workloads.rs"]
#[allow(clippy::duplicate_mod, reason = "the same source over another runtime")]
mod workloads;

pub(super) use workloads::ENTRIES;
