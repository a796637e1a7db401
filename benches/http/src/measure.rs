//! Measuring a row: servers started afresh, in the order A B B A and then the floor, under the
//! same load.
//!
//! Of each round the ratio of vitte's two runs to tokio's two is kept, that of the floor's run to
//! theirs, and the ratio of tokio's runs to each other, which is noise. The table has the medians
//! with their quartiles.

use std::fs;
use std::time::Duration;

use crate::args::Options;
use crate::load::Load;
use crate::protocol::Protocol;
use crate::server::{Programs, Server, Setup, Subject, Tool};

/// What is asked, and on how many connections.
#[derive(Debug, Clone, Copy)]
pub struct Workload {
    pub name: &'static str,
    pub protocol: Protocol,
    pub connections: usize,
    /// What the server's echo reads into.
    pub buffer: usize,
}

/// What one run of a server cost.
#[derive(Debug, Clone, Copy)]
pub struct Costs {
    /// Nanoseconds of processor time per request.
    pub cpu: f64,
    /// Nanoseconds from one answer to the next, on all connections together.
    pub time: f64,
    /// Nanoseconds for an answer.
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
}

/// A row's numbers.
#[derive(Debug)]
pub struct Row {
    pub name: &'static str,
    pub tokio: Vec<Costs>,
    pub vitte: Vec<Costs>,
    /// Of the bare loop, a run for each round.
    pub floor: Vec<Costs>,
    /// System calls per request of tokio and of vitte, where there is strace.
    pub calls: Option<[f64; 2]>,
    /// Instructions per request outside of the kernel, where there is valgrind.
    pub instructions: Option<[f64; 2]>,
}

const WARM_UP: Duration = Duration::from_millis(200);

/// Measures a row.
pub fn measure(programs: &Programs, workload: &Workload, options: &Options) -> Row {
    let run = |subject| run(programs, subject, workload, options);
    let mut row = Row {
        name: workload.name,
        tokio: Vec::new(),
        vitte: Vec::new(),
        floor: Vec::new(),
        calls: None,
        instructions: None,
    };
    for _ in 0..options.rounds {
        row.tokio.push(run(Subject::Tokio));
        row.vitte.push(run(Subject::Vitte));
        row.vitte.push(run(Subject::Vitte));
        row.tokio.push(run(Subject::Tokio));
        row.floor.push(run(Subject::Floor));
    }
    let both = |tool| {
        let count = |subject| count(programs, subject, workload, options, tool);
        Some([count(Subject::Tokio)?, count(Subject::Vitte)?])
    };
    row.calls = both(Tool::Strace);
    row.instructions = both(Tool::Valgrind);
    row
}

fn run(programs: &Programs, subject: Subject, workload: &Workload, options: &Options) -> Costs {
    let server = Server::start(programs, subject, setup(workload, options));
    let mut load = connect(&server, workload);
    load.run(WARM_UP).expect("answers");
    let before = server.cpu_time();
    let mut seen = load.run(options.window).expect("answers");
    let cpu = server.cpu_time() - before;
    let requests = seen.latencies.len() as f64;
    seen.latencies.sort_unstable();
    let latency = |share: f64| {
        let at = (seen.latencies.len() - 1) as f64 * share;
        f64::from(seen.latencies[at.round() as usize])
    };
    Costs {
        cpu: cpu.as_nanos() as f64 / requests,
        time: seen.elapsed.as_nanos() as f64 / requests,
        p50: latency(0.5),
        p99: latency(0.99),
        p999: latency(0.999),
    }
}

fn setup(workload: &Workload, options: &Options) -> Setup {
    let mode = match workload.protocol {
        Protocol::Echo(_) => "echo",
        Protocol::Http1 | Protocol::Http2 => "http",
    };
    Setup {
        mode,
        workers: options.workers,
        buffer: workload.buffer,
    }
}

fn connect(server: &Server, workload: &Workload) -> Load {
    Load::connect(server.address, workload.protocol, workload.connections).expect("connections")
}

/// How many requests there are in the shorter of two counted runs.
const COUNTED_REQUESTS: usize = 2_000;

/// What a request costs by a tool's count: the difference between a longer and a shorter run, so
/// that the start of the server does not matter.
fn count(
    programs: &Programs,
    subject: Subject,
    workload: &Workload,
    options: &Options,
    tool: Tool,
) -> Option<f64> {
    let few = COUNTED_REQUESTS.div_ceil(workload.connections);
    let counted = |requests: usize| -> Option<f64> {
        let report = std::env::temp_dir().join(format!("vitte-count-{}", std::process::id()));
        let setup = setup(workload, options);
        let server = Server::start_counted(programs, subject, setup, tool, &report)?;
        let mut load = connect(&server, workload);
        load.requests(requests).expect("answers");
        drop(load);
        drop(server);
        let text = fs::read_to_string(&report).ok()?;
        let _ = fs::remove_file(&report);
        total(tool, &text)
    };
    let requests = (2 * few * workload.connections) as f64;
    Some((counted(3 * few)? - counted(few)?) / requests)
}

/// The sum in a tool's report.
fn total(tool: Tool, report: &str) -> Option<f64> {
    let number = match tool {
        // `100.00    0.123456           1     12345        67 total`
        Tool::Strace => {
            let line = report.lines().find(|line| line.ends_with(" total"))?;
            line.split_whitespace().nth(3)?
        }
        // `==pid== I refs: 1,234`, with more spaces in some versions.
        Tool::Valgrind => {
            let mut lines = report.lines();
            lines.find_map(|line| line.split_once("refs:"))?.1
        }
    };
    number.trim().replace(',', "").parse().ok()
}

/// Resident bytes per connection that has nothing to do, of tokio, vitte and the noise.
pub fn memory(programs: &Programs, workload: &Workload, options: &Options) -> [f64; 2] {
    [Subject::Tokio, Subject::Vitte].map(|subject| {
        let server = Server::start(programs, subject, setup(workload, options));
        // So many that what the first ones cost is paid.
        let few = Workload {
            connections: 100,
            ..*workload
        };
        let mut first = connect(&server, &few);
        first.requests(1).expect("answers");
        let before = server.resident_bytes();
        let mut all = connect(&server, workload);
        all.requests(1).expect("answers");
        (server.resident_bytes() - before) / workload.connections as f64
    })
}
