//! Sockets and processes that are in use while their runtime ends.

use std::sync::Arc;
use std::time::Duration;

use vitte::io::{AsyncReadExt, AsyncWriteExt};
use vitte::net::{TcpListener, TcpStream, UdpSocket};
use vitte::time;

use super::{Dice, Round, end, rounds, some_runtime};
use crate::support::within_a_minute;

#[test]
fn sockets_of_a_runtime_that_ended_fail_for_those_who_use_them_elsewhere() {
    within_a_minute(|| {
        for seed in 0..rounds(30) {
            let _round = Round(seed);
            let mut dice = Dice(seed);
            let (theirs, ours) = (some_runtime(&mut dice), some_runtime(&mut dice));
            let pairs: Vec<_> = (0..4)
                .map(|_| {
                    theirs.block_on(async {
                        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                        let address = listener.local_addr().unwrap();
                        let connected = TcpStream::connect(address);
                        let (client, accepted) = vitte::join!(connected, listener.accept());
                        (client.unwrap(), accepted.unwrap().0)
                    })
                })
                .collect();
            let datagrams = Arc::new(theirs.block_on(UdpSocket::bind("127.0.0.1:0")).unwrap());
            let mut tasks = Vec::new();
            for (mut client, mut server) in pairs {
                // They go on until there is an error, which only the end of the runtime brings.
                tasks.push(ours.spawn(async move {
                    while client.write_all(b"ping").await.is_ok() {
                        if client.read_exact(&mut [0; 4]).await.is_err() {
                            break;
                        }
                    }
                }));
                tasks.push(ours.spawn(async move {
                    let mut buf = [0; 4];
                    while server.read_exact(&mut buf).await.is_ok() {
                        if server.write_all(&buf).await.is_err() {
                            break;
                        }
                    }
                }));
            }
            // Any number of tasks may wait for one socket.
            for _ in 0..3 {
                let datagrams = datagrams.clone();
                tasks.push(
                    ours.spawn(async move { while datagrams.recv(&mut [0]).await.is_ok() {} }),
                );
            }
            let length = Duration::from_micros(dice.roll(2_000));
            // Nobody drives a current-thread runtime meanwhile: its sockets are just quiet.
            ours.block_on(async { time::sleep(length).await });
            end(&mut dice, theirs);
            for task in tasks {
                ours.block_on(task).unwrap();
            }
            drop(datagrams);
            end(&mut dice, ours);
        }
    });
}

#[cfg(unix)]
#[test]
fn children_are_reaped_although_their_runtimes_end() {
    use vitte::process::Command;

    within_a_minute(|| {
        let mut ids = Vec::new();
        for seed in 0..rounds(6) {
            let _round = Round(seed);
            let mut dice = Dice(seed);
            let runtime = some_runtime(&mut dice);
            for _ in 0..3 {
                let waits = dice.roll(2) == 0;
                ids.push(runtime.block_on(async {
                    let mut child = Command::new("sleep")
                        .arg("0.001")
                        .kill_on_drop(!waits)
                        .spawn()
                        .unwrap();
                    let id = child.id().unwrap();
                    if waits {
                        vitte::spawn(async move { child.wait().await });
                    }
                    id
                }));
            }
            end(&mut dice, runtime);
        }
        // Children that nobody waits for any more are reaped when the next one ends.
        let runtime = some_runtime(&mut Dice(0));
        let is_there = |id: u32| {
            // SAFETY: signal 0 is none; it only asks whether there is such a process.
            unsafe { libc::kill(id as i32, 0) == 0 }
        };
        while ids.iter().any(|&id| is_there(id)) {
            let status = runtime.block_on(async {
                let mut child = Command::new("true").spawn().unwrap();
                child.wait().await
            });
            assert!(status.unwrap().success());
        }
    });
}
