//! The three protocols, as far as a client needs them that sends one request over and over.

/// What a row speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// So many bytes, which come back.
    Echo(usize),
    Http1,
    /// In the clear, with prior knowledge; one stream at a time.
    Http2,
}

/// One connection's side of the protocol.
#[derive(Debug)]
pub enum Conversation {
    Echo { size: usize, left: usize },
    Http1(Http1),
    Http2(Http2),
}

impl Conversation {
    /// A conversation, and what it begins with before the first request.
    pub fn new(protocol: Protocol) -> (Self, Vec<u8>) {
        match protocol {
            Protocol::Echo(size) => (Conversation::Echo { size, left: 0 }, Vec::new()),
            Protocol::Http1 => (Conversation::Http1(Http1::default()), Vec::new()),
            Protocol::Http2 => {
                let http2 = Http2 {
                    stream: 1,
                    input: Vec::new(),
                };
                (Conversation::Http2(http2), Http2::greeting())
            }
        }
    }

    /// Appends a request. The one before it was answered.
    pub fn request(&mut self, out: &mut Vec<u8>) {
        match self {
            Conversation::Echo { size, left } => {
                *left = *size;
                out.resize(out.len() + *size, b'v');
            }
            Conversation::Http1(_) => {
                out.extend_from_slice(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
            }
            Conversation::Http2(http2) => http2.request(out),
        }
    }

    /// Takes what arrived, and says whether the answer is complete. What has to be sent now in
    /// reply, other than a request, goes to `out`.
    pub fn receive(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        match self {
            Conversation::Echo { left, .. } => {
                *left -= bytes.len();
                *left == 0
            }
            Conversation::Http1(http1) => http1.receive(bytes),
            Conversation::Http2(http2) => http2.receive(bytes, out),
        }
    }
}

/// HTTP/1.1 with `content-length`.
#[derive(Debug, Default)]
pub struct Http1 {
    input: Vec<u8>,
}

impl Http1 {
    fn receive(&mut self, bytes: &[u8]) -> bool {
        self.input.extend_from_slice(bytes);
        let Some(head) = find(&self.input, b"\r\n\r\n") else {
            return false;
        };
        assert!(
            self.input.starts_with(b"HTTP/1.1 200 "),
            "not a good answer"
        );
        let name = b"content-length: ";
        let at = find(&self.input[..head], name).expect("an answer with a length");
        let digits = self.input[at + name.len()..].iter();
        let length = digits
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0, |length, digit| length * 10 + usize::from(digit - b'0'));
        let is_complete = self.input.len() == head + 4 + length;
        if is_complete {
            self.input.clear();
        }
        is_complete
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// HTTP/2: the frames, and headers that need no table.
#[derive(Debug)]
pub struct Http2 {
    /// The next request's.
    stream: u32,
    input: Vec<u8>,
}

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;

const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

const FRAME_HEAD: usize = 9;

impl Http2 {
    fn greeting() -> Vec<u8> {
        let mut out = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
        frame(&mut out, SETTINGS, 0, 0, &[]);
        // As much as a connection's window can be, so that it never has to be enlarged.
        let more = (i32::MAX as u32 - 65_535).to_be_bytes();
        frame(&mut out, WINDOW_UPDATE, 0, 0, &more);
        out
    }

    fn request(&mut self, out: &mut Vec<u8>) {
        // `:method GET`, `:scheme http`, `:path /` by their numbers in the static table, and
        // `:authority` with a value of its own.
        let headers = b"\x82\x86\x84\x01\x09localhost";
        frame(out, HEADERS, END_STREAM | END_HEADERS, self.stream, headers);
        self.stream += 2;
    }

    fn receive(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> bool {
        self.input.extend_from_slice(bytes);
        let mut is_complete = false;
        let mut at = 0;
        while let Some(head) = self.input[at..].first_chunk::<FRAME_HEAD>() {
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
            let (kind, flags) = (head[3], head[4]);
            let body = at + FRAME_HEAD;
            let Some(payload) = self.input.get(body..body + length) else {
                break;
            };
            match kind {
                DATA | HEADERS => is_complete |= flags & END_STREAM != 0,
                SETTINGS if flags & ACK == 0 => frame(out, SETTINGS, ACK, 0, &[]),
                PING if flags & ACK == 0 => frame(out, PING, ACK, 0, payload),
                RST_STREAM | GOAWAY => panic!("the server refuses"),
                _ => {}
            }
            at = body + length;
        }
        self.input.drain(..at);
        is_complete
    }
}

fn frame(out: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
    out.extend_from_slice(&(payload.len() as u32).to_be_bytes()[1..]);
    out.extend_from_slice(&[kind, flags]);
    out.extend_from_slice(&stream.to_be_bytes());
    out.extend_from_slice(payload);
}
