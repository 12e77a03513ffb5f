//! Addresses, listeners, and the bound on connections.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, UnixListener, UnixStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

use crate::Error;
use crate::cli::serve::service::{Service, Trouble, Wire};
use crate::cli::serve::{http, milter, spamd};

/// So long a client that has its answer may take to go.
const FAREWELL: Duration = Duration::from_secs(1);

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Address {
    /// A port, on the loopback address.
    Port(u16),
    Host(String),
    Unix(PathBuf),
}

impl Address {
    /// Reads `HOST:PORT`, `PORT` or `unix:PATH`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if let Some(path) = text.strip_prefix("unix:") {
            return Ok(Self::Unix(PathBuf::from(path)));
        }
        if let Ok(port) = text.parse() {
            return Ok(Self::Port(port));
        }
        match text.rsplit_once(':') {
            Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok() => Ok(Self::Host(text.to_owned())),
            _ => Err(Error::at(text, None, "an address is HOST:PORT, PORT or unix:PATH")),
        }
    }
}

/// A connection, of either kind.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A place that is listened at.
pub(crate) enum Listener {
    Tcp(TcpListener, SocketAddr),
    Unix(UnixListener, Socket),
}

/// A socket in the file system, which goes when the listener does.
pub(crate) struct Socket(PathBuf);

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Listener {
    /// # Errors
    /// The address can't be listened at; the error names it.
    pub async fn bind(address: &Address) -> Result<Self, Error> {
        match address {
            Address::Port(port) => Self::tcp(&SocketAddr::from((Ipv4Addr::LOCALHOST, *port)).to_string()).await,
            Address::Host(host) => Self::tcp(host).await,
            Address::Unix(path) => Self::unix(path).await.map_err(|e| Error::at(&format!("unix:{}", path.display()), None, e)),
        }
    }

    async fn tcp(address: &str) -> Result<Self, Error> {
        let error = |e| Error::at(address, None, e);
        let listener = TcpListener::bind(address).await.map_err(error)?;
        let bound = listener.local_addr().map_err(error)?;
        Ok(Self::Tcp(listener, bound))
    }

    async fn unix(path: &Path) -> io::Result<Self> {
        use std::os::unix::fs::FileTypeExt as _;
        let is_socket = std::fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_socket());
        // A socket that nobody answers is what a killed process left; any other file is not ours to remove.
        if is_socket && UnixStream::connect(path).await.is_err_and(|e| e.kind() == io::ErrorKind::ConnectionRefused) {
            std::fs::remove_file(path)?;
        }
        Ok(Self::Unix(UnixListener::bind(path)?, Socket(path.to_owned())))
    }

    pub fn name(&self) -> String {
        match self {
            Self::Tcp(_, address) => address.to_string(),
            Self::Unix(_, socket) => format!("unix:{}", socket.0.display()),
        }
    }

    /// Whether only this machine can reach it.
    pub fn is_local(&self) -> bool {
        match self {
            Self::Tcp(_, address) => address.ip().is_loopback(),
            Self::Unix(..) => true,
        }
    }

    async fn accept(&self) -> io::Result<(Box<dyn Stream>, String)> {
        match self {
            Self::Tcp(listener, _) => {
                let (stream, peer) = listener.accept().await?;
                // Answers come in small pieces, and each must not wait for the last one's receipt.
                stream.set_nodelay(true)?;
                Ok((Box::new(stream), peer.to_string()))
            }
            Self::Unix(listener, _) => Ok((Box::new(listener.accept().await?.0), "unix".to_owned())),
        }
    }

    /// Takes connections until the service stops.
    pub async fn run(self, wire: Wire, service: Arc<Service>, connections: Arc<Semaphore>, tasks: TaskTracker) {
        loop {
            let accepted = tokio::select! {
                () = service.stop.cancelled() => return,
                accepted = self.accept() => accepted,
            };
            let (stream, peer) = match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    // Without file descriptors it fails at once and again; others will be done by and by.
                    service.log.problem("accept_failed", json!({"wire": wire.name(), "error": error.to_string()}));
                    tokio::time::sleep(Duration::from_millis(100)).await;
                    continue;
                }
            };
            let service = service.clone();
            match connections.clone().try_acquire_owned() {
                Ok(permit) => tasks.spawn(connection(wire, service, stream, peer, permit)),
                Err(_) => tasks.spawn(refuse(wire, service, stream, peer)),
            };
        }
    }
}

/// One client, from its first byte to its last.
async fn connection(wire: Wire, service: Arc<Service>, stream: Box<dyn Stream>, peer: String, permit: OwnedSemaphorePermit) {
    let _counted = Counted::new(&service, wire);
    match wire {
        Wire::Spamd => spamd::serve(&service, stream, &peer).await,
        Wire::Milter => milter::serve(&service, stream, &peer).await,
        Wire::Http => http::serve(&service, stream, &peer).await,
    }
    drop(permit);
}

/// A connection that is counted for as long as it lasts, however it ends.
struct Counted<'a>(&'a Service, Wire);

impl<'a> Counted<'a> {
    fn new(service: &'a Service, wire: Wire) -> Self {
        service.metrics.connections(wire, 1);
        Self(service, wire)
    }
}

impl Drop for Counted<'_> {
    fn drop(&mut self) {
        self.0.metrics.connections(self.1, -1);
    }
}

async fn refuse(wire: Wire, service: Arc<Service>, stream: Box<dyn Stream>, peer: String) {
    let trouble = Trouble::TooManyConnections { limit: service.limits.max_connections };
    service.failed(wire, &peer, &trouble);
    let answer = match wire {
        Wire::Spamd => spamd::refusal(&trouble),
        // The protocol has no word for it before the client has spoken; a closed connection makes the mail system do what its
        // milter_default_action says.
        Wire::Milter => Vec::new(),
        Wire::Http => http::refusal(&trouble),
    };
    let _ = farewell(stream, &answer, FAREWELL).await;
}

/// Answers, and lets the client read it: closing on what it has still under way would throw the answer away.
///
/// # Errors
/// The client did not take the whole answer within `limit`.
pub(crate) async fn farewell(mut stream: impl Stream, answer: &[u8], limit: Duration) -> io::Result<()> {
    let written = async {
        stream.write_all(answer).await?;
        stream.shutdown().await
    };
    timeout(limit, written).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
    let rest = async {
        let mut rest = [0; 4096];
        while stream.read(&mut rest).await.is_ok_and(|n| n > 0) {}
    };
    let _ = timeout(FAREWELL, rest).await;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        assert_eq!(Address::parse("783").unwrap(), Address::Port(783));
        assert_eq!(Address::parse("[::1]:783").unwrap(), Address::Host("[::1]:783".to_owned()));
        assert_eq!(Address::parse("unix:/run/x").unwrap(), Address::Unix("/run/x".into()));
        for bad in ["", "here", ":783", "localhost:", "localhost:99999"] {
            assert_eq!(
                Address::parse(bad).unwrap_err().to_string(),
                format!("{bad}: an address is HOST:PORT, PORT or unix:PATH")
            );
        }
    }
}
