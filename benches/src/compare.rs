//! Two commits of vitte beside each other.
//!
//! Both are built with today's workloads into folders of their own below `target/compare`; without
//! a second commit, this program stands for what is in the working tree. Then a process of each
//! waits for orders and they run every workload in turns, A B B A, so that a machine that becomes
//! slower or faster meanwhile does so for both; and all of it again with new processes, as two
//! processes of one program differ by where their memory lies.
//!
//! Of each turn the ratio B/A is kept, and the ratio of the two runs of A, which is the noise.
//! With a filter, instructions are counted too.

use std::io::{BufRead, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::{env, fs};

use crate::args::Options;
use crate::instructions;
use crate::measure::{Spread, spread};
use crate::on_vitte;
use crate::report::amount;
use crate::subject::{Unit, Workload};

/// How many times processes are started anew.
const GENERATIONS: usize = 3;

/// What was measured of a workload.
#[derive(Default)]
struct Costs {
    a: Vec<f64>,
    b: Vec<f64>,
    ratios: Vec<f64>,
    /// The later run of A over the earlier one of the same turn.
    noise: Vec<f64>,
}

/// Compares two commits; the arguments after the first may be a commit, and are filters otherwise.
pub fn run(first: &str, options: &mut Options) {
    let programs = programs(first, options);
    let workloads: Vec<(usize, Workload)> = on_vitte::subject(0)
        .workloads()
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, workload)| options.selects(workload.name))
        .collect();
    let mut costs: Vec<Costs> = workloads.iter().map(|_| Costs::default()).collect();
    for generation in 1..=GENERATIONS {
        eprintln!("processes {generation} of {GENERATIONS}");
        let mut served = programs.each_ref().map(|program| Served::start(program));
        for ((index, workload), costs) in workloads.iter().zip(&mut costs) {
            let rounds = options.rounds.min(workload.rounds_max);
            measure(&mut served, *index, rounds.div_ceil(GENERATIONS), costs);
        }
    }
    for ((_, workload), costs) in workloads.iter().zip(&costs) {
        print(workload, costs);
        if options.is_filtered() && workload.unit == Unit::Nanoseconds {
            print_instructions(&programs, workload);
        }
    }
}

/// The program of each side.
fn programs(first: &str, options: &mut Options) -> [PathBuf; 2] {
    let first = commit(first).unwrap_or_else(|| panic!("no such commit: {first}"));
    let second = options.first_filter().and_then(commit);
    let a = build(&first);
    let b = match second {
        Some(second) => {
            options.drop_first_filter();
            build(&second)
        }
        None => {
            println!("B is the working tree, as this program was built from it");
            env::current_exe().expect("the path of this program")
        }
    };
    [a, b]
}

/// Turns of A B B A, after one round each that does not count.
fn measure([a, b]: &mut [Served; 2], workload: usize, turns: usize, costs: &mut Costs) {
    a.run(workload);
    b.run(workload);
    for _ in 0..turns {
        let (a1, b1) = (a.run(workload), b.run(workload));
        let (b2, a2) = (b.run(workload), a.run(workload));
        costs.a.extend([a1, a2]);
        costs.b.extend([b1, b2]);
        costs.ratios.push((b1 + b2) / (a1 + a2));
        costs.noise.push(a2 / a1);
    }
}

fn print(workload: &Workload, costs: &Costs) {
    let spread_of = |values: &[f64]| spread(values.iter().copied());
    let quartiles = |Spread { low, median, high }| format!("{median:.2} [{low:.2}-{high:.2}]");
    println!(
        "{:44} {:>10} {:>10}  {}  A/A {}",
        workload.name,
        amount(spread_of(&costs.a).median, workload.unit),
        amount(spread_of(&costs.b).median, workload.unit),
        quartiles(spread_of(&costs.ratios)),
        quartiles(spread_of(&costs.noise)),
    );
}

fn print_instructions(programs: &[PathBuf; 2], workload: &Workload) {
    let counts = programs
        .each_ref()
        .map(|program| instructions::per_operation(program, "vitte", workload, 1));
    if let [Some(a), Some(b)] = counts {
        println!("{:>44} {a:>10.0} {b:>10.0}  {:.3}", "instructions", b / a);
    }
}

/// A process that runs workloads when told to.
struct Served {
    child: Child,
    orders: ChildStdin,
    costs: Lines<BufReader<ChildStdout>>,
}

impl Served {
    fn start(program: &Path) -> Self {
        let mut child = Command::new(program)
            .args(["--serve", "vitte"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a child process");
        let orders = child.stdin.take().expect("a pipe");
        let costs = BufReader::new(child.stdout.take().expect("a pipe")).lines();
        Served {
            child,
            orders,
            costs,
        }
    }

    fn run(&mut self, workload: usize) -> f64 {
        writeln!(self.orders, "{workload}").expect("a child that listens");
        let cost = self.costs.next().expect("an answer").expect("an answer");
        cost.parse().expect("the child prints a number")
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn benches() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn commit(name: &str) -> Option<String> {
    let output = Command::new("git")
        .current_dir(benches())
        .args(["rev-parse", "--verify", "--quiet"])
        .arg(format!("{name}^{{commit}}"))
        .output()
        .ok()?;
    let hash = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| hash.trim().to_string())
}

/// Builds this program over the vitte of a commit.
fn build(commit: &str) -> PathBuf {
    let folder = benches().join("target/compare");
    let tree = folder.join(commit);
    if !tree.exists() {
        extract(commit, &tree);
    }
    copy_benches(benches(), &tree.join("benches"));
    let target = folder.join("build");
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .args(["build", "--release", "--manifest-path"])
        .arg(tree.join("benches/Cargo.toml"))
        .arg("--target-dir")
        .arg(&target);
    if cfg!(feature = "mimalloc") {
        cargo.args(["--features", "mimalloc"]);
    }
    println!("building {commit}");
    run_to_success(&mut cargo);
    let program = folder.join(format!("{commit}-program"));
    fs::copy(target.join("release/vitte-benches"), &program).expect("the program");
    program
}

/// Writes the commit's files below `tree`, without leaving a mark in the repository.
fn extract(commit: &str, tree: &Path) {
    let root = benches().parent().expect("the repository");
    let archive = tree.with_extension("tar");
    let unfinished = tree.with_extension("unfinished");
    fs::create_dir_all(&unfinished).expect("a folder below target");
    let mut git = Command::new("git");
    git.current_dir(root).args(["archive", commit, "-o"]);
    run_to_success(git.arg(&archive));
    let mut tar = Command::new("tar");
    tar.arg("-xf").arg(&archive).arg("-C").arg(&unfinished);
    run_to_success(&mut tar);
    fs::remove_file(&archive).expect("the archive");
    fs::rename(&unfinished, tree).expect("a folder below target");
}

/// Puts today's workloads in place of the commit's. Copies keep their age, so that cargo builds
/// only what is new.
fn copy_benches(from: &Path, to: &Path) {
    let _ = fs::remove_dir_all(to);
    fs::create_dir_all(to).expect("a folder below target");
    for entry in fs::read_dir(from).expect("the folder of the benches") {
        let entry = entry.expect("an entry of the folder");
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if entry.file_name() == "target" {
            continue;
        }
        if from.is_dir() {
            copy_benches(&from, &to);
            continue;
        }
        fs::copy(&from, &to).expect("a copy");
        let modified = fs::metadata(&from).and_then(|file| file.modified());
        let copy = fs::File::options().write(true).open(&to);
        let copied = copy.and_then(|copy| copy.set_modified(modified?));
        copied.expect("the copy's age");
    }
}

fn run_to_success(command: &mut Command) {
    let status = command.status().expect("a child process");
    assert!(status.success(), "{command:?}: {status}");
}
