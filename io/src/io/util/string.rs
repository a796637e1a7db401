//! Reading into a string: bytes first, and UTF-8 only at the end.
//!
//! While the read is under way the caller's string is empty and its allocation is a vector of
//! bytes; a future that is dropped in the middle leaves the string empty.

use std::io;

/// What becomes of the bytes read before an I/O error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnError {
    /// They are kept in the string, if they are UTF-8.
    Keep,
    /// The string is what it was before.
    Discard,
}

/// Turns `bytes` back into `output` after a read that ended with `result`.
///
/// `read` is how many bytes were appended before an error. Bytes that are not UTF-8 are cut off,
/// and if nothing else went wrong, that is an error of kind `InvalidData`.
pub(super) fn restore(
    output: &mut String,
    bytes: Vec<u8>,
    result: io::Result<usize>,
    read: usize,
    on_error: OnError,
) -> io::Result<usize> {
    let original_len = bytes.len() - result.as_ref().copied().unwrap_or(read);
    match String::from_utf8(bytes) {
        Ok(string) => {
            *output = string;
            if result.is_err() && on_error == OnError::Discard {
                output.truncate(original_len);
            }
            result
        }
        Err(error) => {
            let invalid = io::Error::new(io::ErrorKind::InvalidData, error.utf8_error());
            let mut bytes = error.into_bytes();
            bytes.truncate(original_len);
            *output = String::from_utf8(bytes).expect("the string was valid before the read");
            result.and(Err(invalid))
        }
    }
}
