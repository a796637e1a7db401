//! compio, over io_uring where the kernel has it.

mod rt {
    use std::mem::ManuallyDrop;
    use std::time::Duration;

    use compio::buf::BufResult;
    use compio::io::{AsyncReadExt, AsyncWriteExt};
    use compio::net::TcpListener;
    use compio::runtime::Runtime;

    use crate::others::MESSAGE;

    thread_local! {
        /// Never dropped, since that would need thread-local variables that are gone by then.
        static RUNTIME: ManuallyDrop<Runtime> =
            ManuallyDrop::new(Runtime::new().expect("a runtime"));
    }

    /// Runs a future as a task, and waits for it.
    pub fn run<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        RUNTIME.with(|runtime| {
            let task = runtime.spawn(future);
            match runtime.block_on(task) {
                Ok(result) => result,
                Err(_) => panic!("the workload's task"),
            }
        })
    }

    pub fn spawn(future: impl Future<Output = ()> + 'static) -> impl Future<Output = ()> {
        let task = compio::runtime::spawn(future);
        async move { assert!(task.await.is_ok(), "the task") }
    }

    pub fn detach(future: impl Future<Output = ()> + 'static) {
        compio::runtime::spawn(future).detach();
    }

    pub fn sleep(time: Duration) -> impl Future {
        compio::time::sleep(time)
    }

    pub async fn serve(listener: std::net::TcpListener, connections: u64) {
        let listener = TcpListener::from_std(listener).expect("a listener");
        let mut tasks = Vec::new();
        for _ in 0..connections {
            let (mut connection, _) = listener.accept().await.expect("a client");
            tasks.push(spawn(async move {
                let mut message = Vec::with_capacity(MESSAGE);
                loop {
                    message.clear();
                    let BufResult(read, filled) = connection.read_exact(message).await;
                    if read.is_err() {
                        break;
                    }
                    let BufResult(written, emptied) = connection.write_all(filled).await;
                    written.expect("the client");
                    message = emptied;
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
