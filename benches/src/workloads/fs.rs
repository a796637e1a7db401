//! Files: each operation is a job of the blocking pool.

use std::fs;
use std::path::PathBuf;
use std::time::Instant;

use super::{on_worker, rt};
use rt::fs::File;
use rt::io::AsyncReadExt;
use rt::runtime::Runtime;

use crate::neutral::per_operation;

const SMALL: usize = 4 * 1024;
const LARGE: usize = 1024 * 1024;
const PIECE: usize = 64 * 1024;

pub fn read_small(runtime: &Runtime, operations: u64) -> f64 {
    let file = TemporaryFile::new(SMALL);
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations {
            let content = rt::fs::read(&file.path).await.expect("the file");
            assert_eq!(content.len(), SMALL);
        }
        per_operation(start, operations)
    })
}

pub fn write_small(runtime: &Runtime, operations: u64) -> f64 {
    let file = TemporaryFile::new(SMALL);
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations {
            let content = vec![7; SMALL];
            rt::fs::write(&file.path, content).await.expect("the file");
        }
        per_operation(start, operations)
    })
}

/// One operation is one piece.
pub fn read_pieces(runtime: &Runtime, operations: u64) -> f64 {
    let large = TemporaryFile::new(LARGE);
    let pieces = (LARGE / PIECE) as u64;
    on_worker(runtime, async move {
        let start = Instant::now();
        for _ in 0..operations / pieces {
            let mut file = File::open(&large.path).await.expect("the file");
            let mut piece = vec![0; PIECE];
            while file.read(&mut piece).await.expect("a piece") > 0 {}
        }
        per_operation(start, operations)
    })
}

/// A file of this process, which goes when the workload ends.
struct TemporaryFile {
    path: PathBuf,
}

impl TemporaryFile {
    fn new(size: usize) -> Self {
        let name = format!("vitte-benches-{}-{size}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, vec![7; size]).expect("a temporary file");
        TemporaryFile { path }
    }
}

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
