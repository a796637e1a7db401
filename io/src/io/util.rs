//! The utilities of `tokio::io`: extension traits, adapters and in-memory streams.

mod future;

mod async_buf_read_ext;
mod async_read_ext;
mod async_seek_ext;
mod async_write_ext;
mod buf_mut;
mod buf_reader;
mod buf_stream;
mod buf_writer;
mod chain;
mod copy;
mod copy_bidirectional;
mod copy_buf;
mod duplex;
mod empty;
mod halves;
mod join;
mod lines;
mod number;
mod read;
mod read_line;
mod read_to_end;
mod read_to_string;
mod read_until;
mod repeat;
mod seek;
mod simplex;
mod sink;
mod split;
mod string;
mod take;
mod write;
mod write_buf;

pub use async_buf_read_ext::AsyncBufReadExt;
pub use async_read_ext::AsyncReadExt;
pub use async_seek_ext::AsyncSeekExt;
pub use async_write_ext::AsyncWriteExt;
pub use buf_reader::BufReader;
pub use buf_stream::BufStream;
pub use buf_writer::BufWriter;
pub use chain::Chain;
pub use copy::copy;
pub use copy_bidirectional::{copy_bidirectional, copy_bidirectional_with_sizes};
pub use copy_buf::copy_buf;
pub use duplex::{DuplexStream, duplex};
pub use empty::{Empty, empty};
pub use halves::{ReadHalf, WriteHalf, split};
pub use join::{Join, join};
pub use lines::Lines;
pub use repeat::{Repeat, repeat};
pub use simplex::{SimplexStream, simplex};
pub use sink::{Sink, sink};
pub use split::Split;
pub use take::Take;

use std::task::{Context, Poll, ready};

use vitte_context::coop;

/// The size of the buffers that a caller did not size.
const DEFAULT_BUF_SIZE: usize = 8 * 1024;

/// Takes one unit of budget for an operation that cannot fail to make progress.
fn poll_unit_of_budget(cx: &mut Context<'_>) -> Poll<()> {
    ready!(coop::poll_proceed(cx)).made_progress();
    Poll::Ready(())
}

#[cfg(test)]
mod tests;
