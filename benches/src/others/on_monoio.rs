//! monoio, over io_uring where the kernel has it.

mod rt {
    use std::cell::RefCell;
    use std::mem::ManuallyDrop;
    use std::time::Duration;

    use monoio::io::{AsyncReadRentExt, AsyncWriteRentExt};
    use monoio::net::TcpListener;
    use monoio::time::TimeDriver;
    use monoio::{FusionDriver, FusionRuntime, RuntimeBuilder};

    use crate::others::MESSAGE;

    #[cfg(target_os = "linux")]
    type Runtime =
        FusionRuntime<TimeDriver<monoio::IoUringDriver>, TimeDriver<monoio::LegacyDriver>>;

    thread_local! {
        /// Never dropped, since that would need thread-local variables that are gone by then.
        static RUNTIME: RefCell<ManuallyDrop<Runtime>> = RefCell::new(ManuallyDrop::new(
            RuntimeBuilder::<FusionDriver>::new()
                .enable_timer()
                .build()
                .expect("a runtime"),
        ));
    }

    /// Runs a future as a task, and waits for it.
    pub fn run<T: 'static>(future: impl Future<Output = T> + 'static) -> T {
        RUNTIME
            .with_borrow_mut(|runtime| runtime.block_on(async move { monoio::spawn(future).await }))
    }

    pub fn spawn(future: impl Future<Output = ()> + 'static) -> impl Future<Output = ()> {
        monoio::spawn(future)
    }

    pub fn detach(future: impl Future<Output = ()> + 'static) {
        drop(monoio::spawn(future));
    }

    pub fn sleep(time: Duration) -> impl Future {
        monoio::time::sleep(time)
    }

    pub async fn serve(listener: std::net::TcpListener, connections: u64) {
        let listener = TcpListener::from_std(listener).expect("a listener");
        let mut tasks = Vec::new();
        for _ in 0..connections {
            let (mut connection, _) = listener.accept().await.expect("a client");
            connection.set_nodelay(true).expect("no delay");
            tasks.push(spawn(async move {
                let mut message = vec![0; MESSAGE];
                loop {
                    let (read, filled) = connection.read_exact(message).await;
                    if read.is_err() {
                        break;
                    }
                    let (written, emptied) = connection.write_all(filled).await;
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
