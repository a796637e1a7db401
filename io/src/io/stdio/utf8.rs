//! Where to cut text that is too long for one write.

use crate::io::chunk::CHUNK_LEN_MAX;

/// The longest encoding of a character.
const CHAR_LEN_MAX: usize = 4;

/// How much of the beginning decides whether the whole is taken for text.
const SAMPLE_LEN: usize = 8 * CHAR_LEN_MAX;

/// The beginning of `buf` that one job can write, without a part of a character at its end.
///
/// Only what begins like text is cut between characters; binary data is cut at the maximum.
pub(super) fn cut(buf: &[u8]) -> &[u8] {
    if buf.len() <= CHUNK_LEN_MAX {
        return buf;
    }
    let buf = &buf[..CHUNK_LEN_MAX];
    if !begins_like_text(buf) {
        return buf;
    }
    // Every character begins with a byte that is no continuation byte.
    let is_start = |byte: &u8| byte & 0b1100_0000 != 0b1000_0000;
    let tail = &buf[buf.len() - CHAR_LEN_MAX..];
    let Some(start) = tail.iter().rposition(is_start) else {
        return buf;
    };
    if std::str::from_utf8(&tail[start..]).is_ok() {
        return buf;
    }
    &buf[..buf.len() - (CHAR_LEN_MAX - start)]
}

fn begins_like_text(buf: &[u8]) -> bool {
    match std::str::from_utf8(&buf[..SAMPLE_LEN]) {
        Ok(_) => true,
        // The sample itself may end within a character.
        Err(error) => SAMPLE_LEN - error.valid_up_to() < CHAR_LEN_MAX,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_cut_between_characters() {
        for shift in 0..CHAR_LEN_MAX {
            let text = "a".repeat(shift) + &"█".repeat(CHUNK_LEN_MAX / 3 + 2);
            let cut = cut(text.as_bytes());
            assert!(std::str::from_utf8(cut).is_ok());
            assert!(CHUNK_LEN_MAX - cut.len() < CHAR_LEN_MAX);
        }
    }

    #[test]
    fn binary_data_is_cut_at_the_maximum() {
        let data = vec![0b1010_1010; CHUNK_LEN_MAX + 1];
        assert_eq!(cut(&data).len(), CHUNK_LEN_MAX);
    }

    #[test]
    fn short_data_is_not_cut() {
        assert_eq!(cut(b"\xe2\x96"), b"\xe2\x96");
    }
}
