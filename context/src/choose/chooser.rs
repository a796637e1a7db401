//! The chooser of a deterministic runtime: makes choices from a seed or a log, and hashes them.

use super::replay::{self, Choice, ReplayError};
use super::rng::SplitMix;
use crate::primitive::plain::Mutex;

/// What is being chosen. Each kind draws from a stream of its own, so that one more choice of
/// one kind does not shift those of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
#[non_exhaustive]
pub enum Kind {
    /// Which runnable task is polled next.
    Task,
    /// Which branch `select!` or `join!` polls first.
    Branch,
    /// Which worker to rob first.
    Steal,
    /// Which of several timers with one deadline fires first.
    Timer,
    /// Whether a blocking job or a task goes next.
    Blocking,
    /// Any other random draw inside vitte.
    Random,
    /// How many operations a task may do before its poll has to end.
    Budget,
}

/// How many kinds there are.
const KINDS: usize = 7;

/// Makes a deterministic runtime's choices and writes them down.
#[derive(Debug)]
pub struct Chooser {
    state: Mutex<ChooserState>,
}

#[derive(Debug)]
struct ChooserState {
    streams: [SplitMix; KINDS],
    /// The choices to repeat before (or instead of) drawing; `None` when only the seed decides.
    replay: Option<std::vec::IntoIter<Choice>>,
    log: Vec<Choice>,
    hash: u64,
}

impl Chooser {
    /// A chooser whose every choice follows from `seed`.
    pub fn from_seed(seed: u64) -> Self {
        Chooser::new(seed, None)
    }

    /// A chooser that repeats a log, as [`replay_string`](Self::replay_string) wrote it; after
    /// its end each choice is the default, 0.
    ///
    /// # Errors
    ///
    /// When the text is not a replay string.
    pub fn from_replay(text: &str) -> Result<Self, ReplayError> {
        Ok(Chooser::new(0, Some(replay::decode(text)?)))
    }

    fn new(seed: u64, replay: Option<Vec<Choice>>) -> Self {
        let mut root = SplitMix::new(seed);
        let streams = std::array::from_fn(|_| SplitMix::new(root.next_u64()));
        let state = ChooserState {
            streams,
            replay: replay.map(Vec::into_iter),
            log: Vec::new(),
            hash: FNV_OFFSET,
        };
        Chooser {
            state: Mutex::new(state),
        }
    }

    /// Chooses one of `n` alternatives.
    pub fn choose(&self, kind: Kind, n: usize) -> usize {
        if n < 2 {
            return 0;
        }
        let mut state = self
            .state
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let drawn = match &mut state.replay {
            Some(replay) => replay.next().map_or(0, |choice| choice as usize) % n,
            None => (state.streams[kind as usize].next_u64() % n as u64) as usize,
        };
        state.log.push(drawn as Choice);
        state.note(kind as u64);
        state.note(n as u64);
        state.note(drawn as u64);
        drawn
    }

    /// Mixes something that happened into the hash: which task ran, what time it was.
    pub fn note(&self, event: u64) {
        self.state
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .note(event);
    }

    /// A hash of every choice and every noted event so far: equal runs have equal hashes.
    pub fn hash(&self) -> u64 {
        self.state
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
            .hash
    }

    /// The choices so far as text, for [`from_replay`](Self::from_replay).
    pub fn replay_string(&self) -> String {
        replay::encode(
            &self
                .state
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner())
                .log,
        )
    }
}

/// The parameters of the 64-bit FNV-1a hash (Fowler, Noll, Vo).
const FNV_OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

impl ChooserState {
    fn note(&mut self, event: u64) {
        for byte in event.to_le_bytes() {
            self.hash = (self.hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME);
        }
    }
}
