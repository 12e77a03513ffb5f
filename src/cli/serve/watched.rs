//! A milter connection that ends between two messages when the service stops, and that does not wait for ever.
//!
//! The protocol's state machine reads and writes it; so the end looks to it like the mail system's own.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::ReadBuf;
use tokio::time::{Instant, Sleep, sleep};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::cli::serve::listen::Stream;

/// So long a mail system may have nothing to say between messages; libmilter's default.
const SILENCE: Duration = Duration::from_secs(7210);

/// How far a message has come on a connection.
#[derive(Debug, Default)]
pub(crate) struct Phase(AtomicU8);

impl Phase {
    /// The mail system has not yet said what it speaks.
    const GREETING: u8 = 0;
    const IDLE: u8 = 3;
    const ENVELOPE: u8 = 1;
    const CONTENT: u8 = 2;

    /// No message is under way.
    pub fn idle(&self) {
        self.0.store(Self::IDLE, Ordering::Relaxed);
    }

    /// A message is being announced, as fast as its sender likes.
    pub fn envelope(&self) {
        self.0.store(Self::ENVELOPE, Ordering::Relaxed);
    }

    /// The mail system has all of a message and is handing it over.
    pub fn content(&self) {
        self.0.store(Self::CONTENT, Ordering::Relaxed);
    }

    fn now(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The connection.
pub(crate) struct Watched<S> {
    stream: S,
    phase: Arc<Phase>,
    seen: u8,
    limit: Duration,
    alarm: Pin<Box<Sleep>>,
    stop: Pin<Box<WaitForCancellationFutureOwned>>,
    stopped: bool,
}

impl<S: Stream> Watched<S> {
    /// Watches a connection; `limit` is how long the greeting and a message's content may take.
    pub fn new(stream: S, phase: Arc<Phase>, limit: Duration, stop: &CancellationToken) -> Self {
        Self {
            stream,
            phase,
            seen: Phase::GREETING,
            limit,
            alarm: Box::pin(sleep(limit)),
            stop: Box::pin(stop.clone().cancelled_owned()),
            stopped: false,
        }
    }

    /// Sets the alarm anew where a phase has begun.
    fn follow(&mut self) {
        let phase = self.phase.now();
        if phase != self.seen {
            self.seen = phase;
            let wait = if phase == Phase::CONTENT { self.limit } else { SILENCE };
            self.alarm.as_mut().reset(Instant::now() + wait);
        }
    }

    fn too_late(&mut self, cx: &mut Context<'_>) -> Poll<io::Error> {
        ready!(self.alarm.as_mut().poll(cx));
        Poll::Ready(io::Error::new(io::ErrorKind::TimedOut, "the mail system took too long"))
    }
}

impl<S: Stream> futures_io::AsyncRead for Watched<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        let me = &mut *self;
        me.follow();
        let mut buffer = ReadBuf::new(into);
        match Pin::new(&mut me.stream).poll_read(cx, &mut buffer)? {
            Poll::Ready(()) => {
                if !matches!(me.seen, Phase::CONTENT | Phase::GREETING) {
                    me.alarm.as_mut().reset(Instant::now() + SILENCE);
                }
                Poll::Ready(Ok(buffer.filled().len()))
            }
            Poll::Pending => {
                me.stopped = me.stopped || me.stop.as_mut().poll(cx).is_ready();
                // What was answered is flushed by now, since the next command is waited for.
                if me.stopped && matches!(me.seen, Phase::IDLE | Phase::GREETING) {
                    return Poll::Ready(Ok(0));
                }
                me.too_late(cx).map(Err)
            }
        }
    }
}

impl<S: Stream> futures_io::AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.stream).poll_write(cx, bytes) {
            Poll::Pending => self.too_late(cx).map(Err),
            written => written,
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match Pin::new(&mut self.stream).poll_flush(cx) {
            Poll::Pending => self.too_late(cx).map(Err),
            flushed => flushed,
        }
    }

    fn poll_close(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
