//! A daemon under test, and clients that speak its wires byte by byte.

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

use crate::programs::wait_for;

/// A running `beholden serve` with its log.
pub(crate) struct Daemon {
    child: Child,
    log: Arc<Mutex<Vec<Value>>>,
}

impl Daemon {
    /// Starts it; addresses with port 0 get a free port.
    pub fn start(args: &[&str]) -> Self {
        let mut child = crate::beholden()
            .arg("serve")
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let log = Arc::new(Mutex::new(Vec::new()));
        let (lines, into) = (BufReader::new(child.stderr.take().unwrap()), log.clone());
        std::thread::spawn(move || {
            for line in lines.lines().map_while(Result::ok) {
                let entry = serde_json::from_str(&line).unwrap_or(Value::String(line));
                into.lock().unwrap().push(entry);
            }
        });
        let daemon = Self { child, log };
        let wires = args.iter().filter(|a| ["--spamd", "--milter", "--http"].contains(a)).count();
        wait_for("listening", 20, || (daemon.events("listening").len() == wires).then_some(()));
        daemon
    }

    /// All three wires on free ports.
    pub fn on_all_wires(more: &[&str]) -> Self {
        let mut args = vec!["--spamd", "127.0.0.1:0", "--milter", "127.0.0.1:0", "--http", "0"];
        args.extend(more);
        Self::start(&args)
    }

    /// The log's entries of a kind.
    pub fn events(&self, event: &str) -> Vec<Value> {
        self.log.lock().unwrap().iter().filter(|e| e["event"] == event).cloned().collect()
    }

    /// The log's entries of a kind, once there are so many: the answer may be here before the log is read.
    pub fn events_once(&self, event: &str, count: usize) -> Vec<Value> {
        wait_for(event, 10, || Some(self.events(event)).filter(|e| e.len() >= count))
    }

    /// The whole log.
    pub fn log(&self) -> String {
        self.log.lock().unwrap().iter().map(|e| format!("{e}\n")).collect()
    }

    pub fn address(&self, wire: &str) -> String {
        let events = self.events("listening");
        events.iter().find(|e| e["wire"] == wire).unwrap()["address"].as_str().unwrap().to_owned()
    }

    pub fn port(&self, wire: &str) -> String {
        self.address(wire).rsplit(':').next().unwrap().to_owned()
    }

    pub fn connect(&self, wire: &str) -> TcpStream {
        let stream = TcpStream::connect(self.address(wire)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream.set_nodelay(true).unwrap();
        stream
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, name: &str) {
        assert!(Command::new("sh").args(["-c", &format!("kill -{name} {}", self.pid())]).status().unwrap().success());
    }

    /// Ends it and tells how it ended.
    pub fn stop(self) -> (ExitStatus, String) {
        self.signal("TERM");
        self.wait()
    }

    /// Waits for its end after a signal.
    pub fn wait(mut self) -> (ExitStatus, String) {
        let status = wait_for("the daemon's end", 40, || self.child.try_wait().unwrap());
        std::thread::sleep(Duration::from_millis(50));
        (status, self.log())
    }

    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Memory in use now, in KiB.
    pub fn memory(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).unwrap();
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Sends bytes on a new connection and reads the answer to its end.
pub(crate) fn exchange(daemon: &Daemon, wire: &str, request: &[u8]) -> Vec<u8> {
    let mut stream = daemon.connect(wire);
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    answer
}

/// One request of the spamd protocol, as text.
pub(crate) fn spamd(daemon: &Daemon, method: &str, version: &str, message: &str) -> String {
    let request = format!("{method} SPAMC/{version}\r\nContent-length: {}\r\n\r\n{message}", message.len());
    String::from_utf8(exchange(daemon, "spamd", request.as_bytes())).unwrap()
}

/// One HTTP request on a connection of its own: status, header and body.
pub(crate) fn http(daemon: &Daemon, method: &str, path: &str, headers: &str, body: &[u8]) -> (u16, String, String) {
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}").into_bytes();
    if !headers.contains("Transfer-Encoding") {
        request.extend(format!("Content-Length: {}\r\n", body.len()).bytes());
    }
    request.extend_from_slice(b"\r\n");
    request.extend_from_slice(body);
    let answer = String::from_utf8(exchange(daemon, "http", &request)).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no HTTP answer: {answer:?}"));
    (head[9..12].parse().unwrap(), head.to_owned(), body.to_owned())
}

/// A mail system's end of a milter connection.
pub(crate) struct Mta(pub TcpStream);

impl Mta {
    pub fn connect(daemon: &Daemon) -> Self {
        Self::negotiate(daemon, 6)
    }

    pub fn negotiate(daemon: &Daemon, version: u32) -> Self {
        let mut mta = Self(daemon.connect("milter"));
        let offer = [version.to_be_bytes(), 0x1ff_u32.to_be_bytes(), 0x1f_ffff_u32.to_be_bytes()].concat();
        let (code, answer) = mta.ask(b'O', &offer).unwrap();
        assert_eq!((code, &answer[..4]), (b'O', &version.to_be_bytes()[..]));
        mta
    }

    pub fn send(&mut self, code: u8, data: &[u8]) {
        let mut packet = (data.len() as u32 + 1).to_be_bytes().to_vec();
        packet.push(code);
        packet.extend_from_slice(data);
        let _ = self.0.write_all(&packet);
    }

    pub fn receive(&mut self) -> Option<(u8, Vec<u8>)> {
        let mut length = [0; 4];
        self.0.read_exact(&mut length).ok()?;
        let mut packet = vec![0; u32::from_be_bytes(length) as usize];
        self.0.read_exact(&mut packet).ok()?;
        Some((packet[0], packet.split_off(1)))
    }

    pub fn ask(&mut self, code: u8, data: &[u8]) -> Option<(u8, Vec<u8>)> {
        self.send(code, data);
        self.receive()
    }

    /// Sends a message up to its end, and returns what is to be done with it, the final answer last.
    pub fn message(&mut self, message: &str) -> Vec<(u8, Vec<u8>)> {
        self.before_end(message);
        self.end()
    }

    pub fn before_end(&mut self, message: &str) {
        let (head, body) = message.split_once("\r\n\r\n").unwrap_or((message, ""));
        self.send(b'D', b"Mi\0QUEUEID\0");
        assert_eq!(self.ask(b'M', b"<a@example.org>\0").unwrap().0, b'c');
        assert_eq!(self.ask(b'R', b"<b@example.org>\0").unwrap().0, b'c');
        for field in head.replace("\r\n ", "\n ").split("\r\n") {
            let (name, value) = field.split_once(": ").unwrap();
            assert_eq!(self.ask(b'L', format!("{name}\0{value}\0").as_bytes()).unwrap().0, b'c');
        }
        assert_eq!(self.ask(b'N', b"").unwrap().0, b'c');
        for piece in body.as_bytes().chunks(65_535) {
            if self.ask(b'B', piece).unwrap().0 == b's' {
                break;
            }
        }
    }

    pub fn end(&mut self) -> Vec<(u8, Vec<u8>)> {
        self.send(b'E', b"");
        let mut answers = Vec::new();
        while let Some(answer) = self.receive() {
            let last = b"cratdy".contains(&answer.0);
            answers.push(answer);
            if last {
                break;
            }
        }
        answers
    }
}

/// The fields that a milter's answers insert, first to last, with their folding undone.
pub(crate) fn inserted(answers: &[(u8, Vec<u8>)]) -> Vec<String> {
    let fields = answers.iter().filter(|a| a.0 == b'i').map(|(_, data)| {
        assert_eq!(data[..4], [0; 4]);
        let text = String::from_utf8(data[4..].to_vec()).unwrap();
        let (name, value) = text.trim_end_matches('\0').split_once('\0').unwrap();
        format!("{name}: {}", value.replace(",\n\t", ",").replace("\n\t", " "))
    });
    let mut fields: Vec<String> = fields.collect();
    fields.reverse();
    fields
}
