//! A small HTTP/1.1 client that hides nothing: no retries, no kept connections, every answer whole.

use std::{
    io::{self, BufReader, Read, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

/// How long an answer may take; longer than what our services allow a request.
const LIMIT: Duration = Duration::from_secs(20);

/// The longest body that is read.
const LONGEST: u64 = 16 << 20;

/// The first line, the headers and the body of a request or an answer.
#[derive(Debug, Default)]
pub(crate) struct Message {
    pub(crate) start: String,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

/// What is asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Request {
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Request {
    pub(crate) fn new(method: &str, path: &str) -> Self {
        Self { method: method.to_string(), path: path.to_string(), ..Self::default() }
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_string(), value.to_string()));
        self
    }

    /// The same with a JSON body.
    pub(crate) fn json(mut self, body: &str) -> Self {
        self.body = body.to_string();
        self.header("Content-Type", "application/json")
    }

    /// Sends it on a connection of its own and reads the whole answer.
    pub(crate) fn send(&self, port: u16) -> io::Result<Message> {
        self.begin(port)?.finish()
    }

    /// Sends all but the last byte of the body.
    pub(crate) fn begin(&self, port: u16) -> io::Result<Slow> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut stream = TcpStream::connect_timeout(&address, LIMIT)?;
        stream.set_read_timeout(Some(LIMIT))?;
        stream.set_write_timeout(Some(LIMIT))?;
        let mut text = format!("{} {} HTTP/1.1\r\nHost: localhost\r\n", self.method, self.path);
        for (name, value) in &self.headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if !self.body.is_empty() {
            text.push_str(&format!("Content-Length: {}\r\n", self.body.len()));
        }
        text.push_str("Connection: close\r\n\r\n");
        text.push_str(&self.body);
        let held = text.len() - usize::from(!self.body.is_empty());
        let (now, last) = text.as_bytes().split_at(held);
        stream.write_all(now)?;
        Ok(Slow { stream, last: last.to_vec() })
    }
}

/// A request whose last byte is still to come.
pub(crate) struct Slow {
    stream: TcpStream,
    last: Vec<u8>,
}

impl Slow {
    /// Sends what is missing and reads the whole answer.
    pub(crate) fn finish(mut self) -> io::Result<Message> {
        self.stream.write_all(&self.last)?;
        Message::read(&self.stream)
    }
}

impl Message {
    /// Reads one message; one that ends too early is an error.
    pub(crate) fn read(stream: impl Read) -> io::Result<Self> {
        let mut stream = BufReader::new(stream.take(LONGEST));
        let mut message = Self { start: line(&mut stream)?, ..Self::default() };
        loop {
            let header = line(&mut stream)?;
            if header.is_empty() {
                break;
            }
            let (name, value) = header.split_once(':').ok_or_else(|| broken("a header"))?;
            message.headers.push((name.trim().to_lowercase(), value.trim().to_string()));
        }
        if message.header("transfer-encoding").is_some_and(|it| it.contains("chunked")) {
            message.body = chunks(&mut stream)?;
        } else if let Some(length) = message.header("content-length") {
            message.body = vec![0; length.parse().map_err(|_| broken("the length"))?];
            stream.read_exact(&mut message.body)?;
        } else if message.start.starts_with("HTTP/") {
            stream.read_to_end(&mut message.body)?;
        }
        Ok(message)
    }

    pub(crate) fn status(&self) -> u16 {
        self.start.split(' ').nth(1).and_then(|it| it.parse().ok()).unwrap_or(0)
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Whether it is an error as RFC 9457 wants it, with this status.
    pub(crate) fn is_problem(&self, status: u16) -> bool {
        let is_kind = |it: &str| it.starts_with("application/problem+json");
        self.status() == status
            && self.header("content-type").is_some_and(is_kind)
            && serde_json::from_slice::<serde_json::Value>(&self.body).is_ok()
    }
}

fn line(stream: &mut impl io::BufRead) -> io::Result<String> {
    let mut text = String::new();
    if stream.read_line(&mut text)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(text.trim_end().to_string())
}

fn chunks(stream: &mut BufReader<impl Read>) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let size = line(stream)?;
        let size = u64::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16);
        let size = size.map_err(|_| broken("a chunk"))?;
        if stream.by_ref().take(size).read_to_end(&mut body)? as u64 != size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        line(stream)?;
        if size == 0 {
            return Ok(body);
        }
    }
}

fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what} is not HTTP"))
}

/// Whether something listens on a port.
pub(crate) fn listens(port: u16) -> bool {
    TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// A port that nothing listens on now, and that nobody else here is given: below those that the system
/// gives to outgoing connections.
pub(crate) fn free_port() -> io::Result<u16> {
    const FIRST: u32 = 20_000;
    const COUNT: u32 = 10_000;
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // Two runs at a time begin at different places.
    let begin = std::process::id().wrapping_mul(97);
    for _ in 0..COUNT {
        let number = begin.wrapping_add(NEXT.fetch_add(1, Ordering::Relaxed)) % COUNT;
        let port = u16::try_from(FIRST + number).expect("it is below 30000");
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return Ok(port);
        }
    }
    Err(io::ErrorKind::AddrInUse.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_length_in_chunks_or_to_its_end() {
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello, and more",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;x\r\nllo\r\n0\r\n\r\n",
            "HTTP/1.0 200 OK\r\n\r\nhello",
        ] {
            let answer = Message::read(text.as_bytes()).expect("it is whole");
            assert_eq!((answer.status(), answer.text().as_str()), (200, "hello"), "{text}");
        }
    }

    #[test]
    fn an_answer_that_ends_too_early_is_an_error() {
        for text in [
            "",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        ] {
            assert!(Message::read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
