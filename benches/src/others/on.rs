//! What the workloads need, over the API that tokio and vitte share.

/// Compiles the workloads over `tokio` or `vitte`: `multi` for two threads, `current` for one.
macro_rules! on {
    ($runtime:ident, multi) => {
        on!($runtime, new_multi_thread, crate::subject::WORKERS);
    };
    ($runtime:ident, current) => {
        on!($runtime, new_current_thread);
    };
    ($runtime:ident, $new:ident $(, $workers:expr)?) => {
        mod rt {
            use std::sync::LazyLock;
            use std::time::Duration;

            use $runtime::io::{AsyncReadExt, AsyncWriteExt};
            use $runtime::net::TcpListener;
            use $runtime::runtime::{Builder, Runtime};

            use crate::others::MESSAGE;

            static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
                let mut builder = Builder::$new();
                $(builder.worker_threads($workers);)?
                builder.enable_all().build().expect("a runtime")
            });

            /// Runs a future as a task, and waits for it.
            pub fn run<T: Send + 'static>(future: impl Future<Output = T> + Send + 'static) -> T {
                let task = RUNTIME.spawn(future);
                RUNTIME.block_on(task).expect("the workload's task")
            }

            pub fn spawn(
                future: impl Future<Output = ()> + Send + 'static,
            ) -> impl Future<Output = ()> {
                let task = $runtime::spawn(future);
                async move { task.await.expect("the task") }
            }

            pub fn detach(future: impl Future<Output = ()> + Send + 'static) {
                drop($runtime::spawn(future));
            }

            pub fn sleep(time: Duration) -> impl Future {
                $runtime::time::sleep(time)
            }

            pub async fn serve(listener: std::net::TcpListener, connections: u64) {
                let listener = TcpListener::from_std(listener).expect("a listener");
                let mut tasks = Vec::new();
                for _ in 0..connections {
                    let (mut connection, _) = listener.accept().await.expect("a client");
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
    };
}
