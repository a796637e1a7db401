//! Servers on vitte and on the real tokio, under load from outside.
//!
//! ```text
//! cargo run --release                      # the whole table, and into docs/performance.md
//! cargo run --release -- echo              # only rows whose names contain one of these
//! cargo run --release -- --rounds 2 --millis 300 HTTP
//! ```
//!
//! One source, `server/main.rs`, is built twice: against the real tokio, and with vitte's drop-in
//! patched in. [`server`] starts each as a process on one core; [`load`] drives it from another
//! core over [echo, HTTP/1.1 or HTTP/2](protocol); [`floor`] is the same echo without a runtime,
//! and `server/epoll` the same HTTP; [`measure`] alternates them, and [`report`] writes it down.

mod args;
mod floor;
mod load;
mod measure;
#[path = "../server/process.rs"]
mod process;
mod protocol;
#[path = "../../src/quantile.rs"]
mod quantile;
mod report;
mod server;

use args::Options;
use measure::Workload;
use protocol::Protocol;
use server::Programs;

const ROWS: &[Workload] = &[
    echo("echo 64 B, 1 connection", 64, 1, 4096),
    echo("echo 64 B, 64 connections", 64, 64, 4096),
    echo("echo 64 B, 1,000 connections", 64, 1_000, 4096),
    echo("echo 64 KiB, 64 connections", 64 * 1024, 64, 64 * 1024),
    http("HTTP/1.1, 64 connections", Protocol::Http1, 64),
    http("HTTP/2, 64 connections", Protocol::Http2, 64),
];

const IDLE: &[Workload] = &[
    echo("idle echo", 64, 10_000, 64),
    http("idle HTTP/1.1", Protocol::Http1, 10_000),
    http("idle HTTP/2", Protocol::Http2, 10_000),
];

const fn echo(name: &'static str, size: usize, connections: usize, buffer: usize) -> Workload {
    Workload {
        name,
        protocol: Protocol::Echo(size),
        connections,
        buffer,
    }
}

const fn http(name: &'static str, protocol: Protocol, connections: usize) -> Workload {
    Workload {
        name,
        protocol,
        connections,
        buffer: 0,
    }
}

/// The core of the load.
const CORE: usize = 0;

fn main() {
    let options = Options::parse(std::env::args().skip(1));
    if let Some([core, buffer]) = options.floor {
        floor::run(core, buffer).expect("the floor server");
        return;
    }
    let programs = Programs::build();
    server::allow_many_descriptors();
    process::stay_on(CORE).expect("that core");
    let mut table = report::Table::default();
    for workload in ROWS.iter().filter(|row| options.selects(row.name)) {
        table.add(&measure::measure(&programs, workload, &options));
    }
    for workload in IDLE.iter().filter(|row| options.selects(row.name)) {
        table.add_memory(
            workload.name,
            measure::memory(&programs, workload, &options),
        );
    }
    if options.write {
        table.write();
    }
}
