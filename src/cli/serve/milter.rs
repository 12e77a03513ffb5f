//! A milter: headers are added at the end of each message and forged ones deleted; if asked for, it quarantines or rejects.
//!
//! `miltr-server` runs the protocol. It leaves to us: answering the version that the mail system speaks (its own negotiation
//! refuses all but 6 and below but always answers 6), raw header bytes (its accessors replace what is not UTF-8), resetting
//! after each message (it promises a call of `abort` there, which mail systems don't send), time limits, and stopping.
//! Since it answers every command, "no reply" is never negotiated.

use std::collections::HashMap;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::BytesMut;
use miltr_common::ProtocolError;
use miltr_common::actions::{Action, Continue, Replycode, Skip};
use miltr_common::commands::{Body, Header, Macro, Mail};
use miltr_common::encoding::Writable as _;
use miltr_common::modifications::ModificationResponse;
use miltr_common::modifications::headers::{ChangeHeader, InsertHeader};
use miltr_common::modifications::quarantine::Quarantine;
use miltr_common::optneg::{Capability, CompatibilityError, OptNeg, Protocol};
use miltr_server::{Error, Milter, Server};
use serde_json::json;

use crate::cli::headers::{Verdict, folded, is_forged, message_id};
use crate::cli::serve::listen::Stream;
use crate::cli::serve::service::{Content, Room, Service, Trouble, Wire};
use crate::cli::serve::watched::{Phase, Watched};

/// The protocol's newest version.
const VERSION: u32 = 6;

/// A packet is no longer than this. Mail systems send bodies in pieces of 64 KiB, but a header is one packet, and Postfix
/// allows one of 100 KiB.
const MAX_PACKET: usize = 1 << 20;

/// Serves one connection, which may bring many messages.
pub(crate) async fn serve(service: &Arc<Service>, stream: impl Stream, peer: &str) {
    let phase = Arc::new(Phase::default());
    let watched = Watched::new(stream, phase.clone(), service.limits.timeout, &service.stop);
    let mut session = Session { service: service.clone(), peer: peer.to_owned(), phase, can_skip: false, held: Held::default() };
    let served = Server::new(&mut session, false, MAX_PACKET).handle_connection(watched).await;
    let trouble = match served {
        Ok(()) => return,
        Err(Error::Impl { source }) => source,
        Err(Error::Io(error)) => broken(service, error),
        Err(Error::Codec(ProtocolError::CodecError(error))) => broken(service, error),
        Err(Error::Codec(error)) => Trouble::Protocol(error.to_string()),
    };
    service.failed(Wire::Milter, peer, &trouble);
}

fn broken(service: &Service, error: std::io::Error) -> Trouble {
    match error.kind() {
        std::io::ErrorKind::TimedOut => Trouble::Timeout { limit: service.limits.timeout },
        _ => Trouble::Io(error),
    }
}

/// One connection.
struct Session {
    service: Arc<Service>,
    peer: String,
    phase: Arc<Phase>,
    can_skip: bool,
    held: Held,
}

/// What is known of the message under way.
#[derive(Default)]
struct Held {
    queue_id: Option<String>,
    /// Header and body as they stand in a file, as far as they were sent.
    message: Vec<u8>,
    headers: usize,
    /// The names of forged headers as they were written, with how many there are of each.
    forged: HashMap<Vec<u8>, (Vec<u8>, u32)>,
    /// Why it is not judged.
    trouble: Option<Trouble>,
    room: Room,
}

impl Held {
    async fn push(&mut self, service: &Service, pieces: &[&[u8]]) {
        if self.trouble.is_some() {
            return;
        }
        let more: usize = pieces.iter().map(|p| p.len()).sum();
        match self.room.make(service, self.message.len() + more).await {
            Ok(()) => self.message.extend(pieces.iter().copied().flatten()),
            Err(trouble) => self.give_up(trouble),
        }
    }

    fn give_up(&mut self, trouble: Trouble) {
        self.message = Vec::new();
        self.room = Room::default();
        self.trouble = Some(trouble);
    }
}

impl Session {
    fn reset(&mut self) {
        self.held = Held::default();
        self.phase.idle();
    }

    async fn verdict(&mut self) -> Result<(Verdict, Option<Refused>), Trouble> {
        let service = &self.service;
        if let Some(trouble) = &self.held.trouble {
            service.failed(Wire::Milter, &self.peer, trouble);
            return Ok((Verdict::abstained("too_large", service.headers.required), None));
        }
        let message = std::mem::take(&mut self.held.message);
        let who = json!({
            "peer": self.peer,
            "queue_id": self.held.queue_id,
            "message_id": message_id(&message),
            "bytes": message.len(),
        });
        let judged = service.judge(Wire::Milter, who, Content::Message(message)).await?;
        let refused = if Service::reaches(&judged.report, service.reject_at) {
            Some(Refused::Rejected)
        } else if Service::reaches(&judged.report, service.quarantine_at) {
            Some(Refused::Quarantined)
        } else {
            None
        };
        Ok((judged.verdict, refused))
    }

    /// What is to become of the message.
    fn response(&self, verdict: &Verdict, refused: Option<Refused>) -> ModificationResponse {
        let mut response = ModificationResponse::builder();
        if refused == Some(Refused::Rejected) {
            let text = format!("Message rejected as {}, {:.1} points", verdict.level, verdict.score);
            return response.build(Replycode::new([5, 5, 0], [5, 7, 1], &text));
        }
        // From the last to the first, so that it does not matter whether a deletion renumbers what follows.
        for (name, count) in self.held.forged.values() {
            for index in (1..=*count).rev() {
                response.push(ChangeHeader::new(index, name, b""));
            }
        }
        // Each goes before all that are there, so the last is inserted first.
        for (name, value) in verdict.fields(self.service.headers.sa_compat).into_iter().rev() {
            response.push(InsertHeader::new(0, name.as_bytes(), folded(name, &value, "\n").as_bytes()));
        }
        if refused == Some(Refused::Quarantined) {
            response.push(Quarantine::new(format!("beholden: {}, {:.1} points", verdict.level, verdict.score).as_bytes()));
        }
        response.contin()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Refused {
    Quarantined,
    Rejected,
}

#[async_trait]
impl Milter for Session {
    type Error = Trouble;

    async fn option_negotiation(&mut self, theirs: OptNeg) -> Result<OptNeg, Error<Trouble>> {
        if theirs.version < 2 {
            let error = CompatibilityError::UnsupportedVersion { received: theirs.version, supported: VERSION };
            return Err(Error::Codec(ProtocolError::CompatibilityError(error)));
        }
        let mut wanted = Capability::SMFIF_ADDHDRS | Capability::SMFIF_CHGHDRS;
        if self.service.quarantine_at.is_some() {
            wanted |= Capability::SMFIF_QUARANTINE;
        }
        if !theirs.capabilities.contains(wanted) {
            let missing = format!("{:?}", wanted.difference(theirs.capabilities));
            self.service.log.problem("milter_lacks", json!({"peer": self.peer, "missing": missing}));
        }
        self.can_skip = theirs.protocol.contains(Protocol::SMFIP_SKIP);
        self.phase.idle();
        Ok(OptNeg {
            version: theirs.version.min(VERSION),
            capabilities: wanted & theirs.capabilities,
            protocol: Protocol::SMFIP_SKIP & theirs.protocol,
            ..OptNeg::default()
        })
    }

    async fn macro_(&mut self, macros: Macro) -> Result<(), Trouble> {
        let queue_id = macros.macros().find(|(name, _)| matches!(*name, b"i" | b"{i}"));
        if let Some((_, id)) = queue_id {
            self.held.queue_id = Some(String::from_utf8_lossy(id).into_owned());
        }
        Ok(())
    }

    async fn mail(&mut self, _: Mail) -> Result<Action, Trouble> {
        // A queue id came before it, and may stay.
        self.held = Held { queue_id: self.held.queue_id.take(), ..Held::default() };
        self.phase.envelope();
        Ok(Continue.into())
    }

    async fn header(&mut self, header: Header) -> Result<Action, Trouble> {
        self.phase.content();
        // Name and value as they came, each with a zero byte after it.
        let mut raw = BytesMut::new();
        header.write(&mut raw);
        let raw: &[u8] = &raw;
        let name = raw.split(|b| *b == 0).next().unwrap_or_default();
        let value = raw.get(name.len() + 1..).and_then(|v| v.split_last()).map(|(_, v)| v).unwrap_or_default();
        let limit = self.service.limits.max_headers;
        // What stands beyond the limit is not looked at, or one message could make the mail system delete for hours; ours
        // stand before it.
        if self.held.headers < limit && is_forged(name, self.service.headers.sa_compat) {
            self.held.forged.entry(name.to_ascii_lowercase()).or_insert_with(|| (name.to_vec(), 0)).1 += 1;
        }
        self.held.headers += 1;
        if self.held.headers > limit {
            self.held.give_up(Trouble::TooManyHeaders { limit });
        }
        self.held.push(&self.service, &[name, b": ", value, b"\r\n"]).await;
        Ok(Continue.into())
    }

    async fn end_of_header(&mut self) -> Result<Action, Trouble> {
        self.phase.content();
        self.held.push(&self.service, &[b"\r\n"]).await;
        Ok(Continue.into())
    }

    async fn body(&mut self, body: Body) -> Result<Action, Trouble> {
        self.phase.content();
        self.held.push(&self.service, &[body.as_bytes()]).await;
        // The rest of what is not judged need not be sent.
        Ok(if self.held.trouble.is_some() && self.can_skip { Skip.into() } else { Continue.into() })
    }

    async fn end_of_body(&mut self) -> Result<ModificationResponse, Trouble> {
        let (verdict, refused) = self.verdict().await?;
        let response = self.response(&verdict, refused);
        self.reset();
        Ok(response)
    }

    async fn abort(&mut self) -> Result<(), Trouble> {
        self.reset();
        Ok(())
    }

    async fn quit_nc(&mut self) -> Result<(), Trouble> {
        self.reset();
        Ok(())
    }

    async fn unknown(&mut self, _: miltr_common::commands::Unknown) -> Result<Action, Trouble> {
        Ok(Continue.into())
    }
}
