//! smol: its executor on two threads, each of which also waits for sockets and timers.

mod rt {
    use std::future::pending;
    use std::sync::LazyLock;
    use std::thread;
    use std::time::Duration;

    use smol::io::{AsyncReadExt, AsyncWriteExt};
    use smol::{Async, Executor, Timer};

    use crate::others::MESSAGE;

    static EXECUTOR: LazyLock<&Executor<'static>> = LazyLock::new(|| {
        let executor: &Executor<'_> = Box::leak(Box::new(Executor::new()));
        for _ in 0..crate::subject::WORKERS {
            thread::spawn(|| smol::block_on(executor.run(pending::<()>())));
        }
        executor
    });

    /// Runs a future as a task, and waits for it.
    pub fn run<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
        smol::block_on(EXECUTOR.spawn(future))
    }

    pub fn spawn(future: impl Future<Output = ()> + Send + 'static) -> impl Future<Output = ()> {
        EXECUTOR.spawn(future)
    }

    pub fn detach(future: impl Future<Output = ()> + Send + 'static) {
        EXECUTOR.spawn(future).detach();
    }

    pub fn sleep(time: Duration) -> impl Future {
        Timer::after(time)
    }

    pub async fn serve(listener: std::net::TcpListener, connections: u64) {
        let listener = Async::new(listener).expect("a listener");
        let mut tasks = Vec::new();
        for _ in 0..connections {
            let (mut connection, _) = listener.accept().await.expect("a client");
            connection.get_ref().set_nodelay(true).expect("no delay");
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
