//! A server as a process: started, watched through `/proc`, ended.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};

/// What answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Tokio,
    Vitte,
    /// A bare loop over epoll: for echo [`crate::floor`], for HTTP the server in `server/epoll`.
    Floor,
}

/// What counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tool {
    /// System calls.
    Strace,
    /// Instructions outside of the kernel.
    Valgrind,
}

/// How a server is started.
#[derive(Debug, Clone, Copy)]
pub struct Setup {
    pub mode: &'static str,
    pub workers: usize,
    /// What an echo connection reads into.
    pub buffer: usize,
}

/// Where the servers are.
#[derive(Debug)]
pub struct Programs {
    tokio: PathBuf,
    vitte: PathBuf,
    epoll: PathBuf,
}

impl Programs {
    /// Builds the servers, each in a target folder of its own.
    pub fn build() -> Programs {
        Programs {
            tokio: build("tokio"),
            vitte: build("vitte"),
            epoll: build("epoll"),
        }
    }
}

fn build(which: &str) -> PathBuf {
    let this = std::env::current_exe().expect("the path of this program");
    let (profile, target) = this
        .parent()
        .and_then(|profile| Some((profile.file_name()?.to_str()?, profile.parent()?)))
        .expect("cargo runs programs in target/PROFILE");
    let name = format!("server-on-{which}");
    let target = target.join(&name);
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("server")
        .join(which);
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--quiet", "--profile"])
        .arg(if profile == "debug" { "dev" } else { profile })
        .arg("--manifest-path")
        .arg(manifest.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target);
    if cfg!(feature = "mimalloc") {
        cargo.args(["--features", "mimalloc"]);
    }
    let status = cargo.status().expect("cargo");
    assert!(status.success(), "{name} does not build");
    target.join(profile).join(name)
}

/// The core of the server; the load has the others.
const CORE: usize = 1;

/// A running server. It ends when this is dropped.
#[derive(Debug)]
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    pub fn start(programs: &Programs, subject: Subject, setup: Setup) -> Server {
        Server::run(command(programs, subject, setup))
    }

    /// Starts it under a tool that counts, and writes what it counted into a file when the server
    /// ends; `None` if the tool is not there.
    pub fn start_counted(
        programs: &Programs,
        subject: Subject,
        setup: Setup,
        tool: Tool,
        report: &Path,
    ) -> Option<Server> {
        let counted = command(programs, subject, setup);
        let mut command = match tool {
            Tool::Strace => {
                let mut strace = Command::new("strace");
                strace.args(["-f", "-c", "-o"]).arg(report);
                strace
            }
            Tool::Valgrind => {
                let mut valgrind = Command::new("valgrind");
                valgrind
                    .args(["--tool=cachegrind", "--cache-sim=no"])
                    .arg("--cachegrind-out-file=/dev/null")
                    .arg(format!("--log-file={}", report.display()));
                valgrind
            }
        };
        let found = Command::new(command.get_program())
            .arg("--version")
            .stdout(Stdio::null())
            .status();
        if !found.is_ok_and(|status| status.success()) {
            return None;
        }
        command.arg(counted.get_program()).args(counted.get_args());
        Some(Server::run(command))
    }

    fn run(mut command: Command) -> Server {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("it is piped");
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let address = line.trim().parse().expect("the server's address");
        Server { child, address }
    }

    /// How long its threads have been on a processor.
    pub fn cpu_time(&self) -> Duration {
        let tasks = fs::read_dir(self.proc("task")).expect("a Linux system");
        let nanos = tasks.flatten().filter_map(|task| {
            let text = fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split_whitespace().next()?.parse::<u64>().ok()
        });
        Duration::from_nanos(nanos.sum())
    }

    /// Its resident memory.
    pub fn resident_bytes(&self) -> f64 {
        let status = fs::read_to_string(self.proc("status")).expect("a Linux system");
        let kilobytes = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok());
        kilobytes.expect("a number of kilobytes") * 1024.0
    }

    fn proc(&self, what: &str) -> String {
        format!("/proc/{}/{what}", self.child.id())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It reads until the end, and a tracer waits for it.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}

fn command(programs: &Programs, subject: Subject, setup: Setup) -> Command {
    let program = match subject {
        Subject::Tokio => &programs.tokio,
        Subject::Vitte => &programs.vitte,
        Subject::Floor if setup.mode == "http" => {
            let mut command = Command::new(&programs.epoll);
            command.arg(CORE.to_string());
            return command;
        }
        Subject::Floor => {
            let mut command = Command::new(std::env::current_exe().expect("this program"));
            command.arg("--floor");
            command.args([CORE, setup.buffer].map(|n| n.to_string()));
            return command;
        }
    };
    let mut command = Command::new(program);
    command
        .arg(setup.mode)
        .args([CORE, setup.workers, setup.buffer].map(|n| n.to_string()));
    command
}

/// Raises the limit on open descriptors, for this process and the servers.
pub fn allow_many_descriptors() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
}
