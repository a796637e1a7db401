//! Two tasks and a timer.
//!
//! `cargo run --example hello`

use std::time::Duration;

#[vitte::main]
async fn main() {
    let slow = vitte::spawn(async {
        vitte::time::sleep(Duration::from_millis(100)).await;
        "world"
    });
    let fast = vitte::spawn(async { "hello" });
    println!("{}, {}", fast.await.unwrap(), slow.await.unwrap());
}
