//! From paths to messages: one thread finds, opens and splits the inputs and hands each message to the threads that judge.
//!
//! What is handed out stands in a line of bounded length and size, so memory does not grow with the number of messages,
//! and the line keeps the order of the input, whichever thread is done first.

use std::fs::File;
use std::io::{self, Read as _};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use rayon::ThreadPool;

use crate::cli::args::Input;
use crate::cli::compressed::{Source, decompressed};
use crate::cli::id::Id;
use crate::cli::input::{Item, Wanted};
use crate::cli::json_lines;
use crate::cli::judge::{Judge, MAX_MESSAGE, Outcome, Raw, Work, rejoin};
use crate::cli::kind::{HEAD, Kind, Name, is_told, kind};
use crate::cli::mbox::Mbox;
use crate::cli::progress::Progress;
use crate::cli::state::Key;

/// So many messages are judged or wait to be written at once.
const WINDOW: usize = 512;

/// And so many bytes of them, or one message that is larger.
const WINDOW_BYTES: usize = 64 << 20;

/// A place in the line of what is to be written.
pub(crate) struct Slot {
    id: Id,
    outcome: Waiting,
    /// Bytes to give back when it is written.
    weight: usize,
    /// What is done with it, for the progress line.
    pub files: u64,
    pub size: u64,
}

enum Waiting {
    Here(Box<Outcome>),
    Coming(Receiver<Outcome>),
}

impl Slot {
    /// Waits for what came of it.
    fn outcome(self) -> Outcome {
        match self.outcome {
            Waiting::Here(outcome) => *outcome,
            // A thread that goes without an answer has panicked, which is our mistake, not the message's.
            Waiting::Coming(answer) => answer.recv().unwrap_or_else(|_| internal_error(self.id)),
        }
    }
}

fn internal_error(id: Id) -> Outcome {
    Outcome::Failed { id, cause: "internal error, please report it".to_owned() }
}

/// The line of slots, seen by the thread that writes.
pub(crate) struct Line {
    slots: Receiver<Slot>,
    ended: bool,
    room: Arc<Room>,
    progress: Progress,
}

impl Line {
    /// The next outcome in the order of the input. `idle` runs before waiting for further input.
    pub fn next<E>(&mut self, idle: impl FnOnce() -> Result<(), E>) -> Result<Option<Outcome>, E> {
        let slot = match self.slots.try_recv() {
            Ok(slot) => slot,
            Err(_) => {
                idle()?;
                match self.slots.recv() {
                    Ok(slot) => slot,
                    // The thread that reads has ended without saying so: it has panicked.
                    Err(_) if !self.ended => {
                        self.ended = true;
                        return Ok(Some(internal_error(Id::stdin())));
                    }
                    Err(_) => return Ok(None),
                }
            }
        };
        let (weight, files, size) = (slot.weight, slot.files, slot.size);
        let outcome = slot.outcome();
        self.room.give(weight);
        if matches!(outcome, Outcome::End) {
            self.ended = true;
            return Ok(None);
        }
        self.progress.done(files, u64::from(matches!(outcome, Outcome::Judged { .. })));
        self.progress.read(size);
        Ok(Some(outcome))
    }
}

/// Bytes that may be under way.
#[derive(Default)]
struct Room {
    taken: Mutex<usize>,
    given: Condvar,
}

impl Room {
    fn take(&self, weight: usize) {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        while *taken > 0 && *taken + weight > WINDOW_BYTES {
            taken = self.given.wait(taken).unwrap_or_else(PoisonError::into_inner);
        }
        *taken += weight;
    }

    fn give(&self, weight: usize) {
        *self.taken.lock().unwrap_or_else(PoisonError::into_inner) -= weight;
        self.given.notify_one();
    }
}

/// Begins to read. The thread is left to itself: when nobody takes its slots any more, it ends or dies with the process.
pub(crate) fn start(wanted: Wanted, judge: Judge, pool: ThreadPool, progress: Progress) -> io::Result<Line> {
    let (send, slots) = sync_channel(WINDOW);
    let room = Arc::new(Room::default());
    if progress.is_shown() {
        let (wanted, progress) = (wanted.clone(), progress.clone());
        std::thread::Builder::new().name("total".to_owned()).spawn(move || progress.set_total(total(&wanted)))?;
    }
    let reader = Reader {
        input: wanted.input,
        judge: Arc::new(judge),
        pool,
        slots: send,
        room: Arc::clone(&room),
        progress: progress.clone(),
    };
    std::thread::Builder::new().name("reader".to_owned()).spawn(move || {
        for item in wanted.items() {
            if reader.item(item).is_err() {
                return;
            }
        }
        let _ = reader.answer(Outcome::End, 0);
    })?;
    Ok(Line { slots, ended: false, room, progress })
}

fn total(wanted: &Wanted) -> u64 {
    wanted.items().map(|item| if let Item::File { metadata: Some(m), .. } = item { m.len() } else { 0 }).sum()
}

/// Nobody takes what is read any more.
struct Gone;

struct Reader {
    input: Input,
    judge: Arc<Judge>,
    pool: ThreadPool,
    slots: SyncSender<Slot>,
    room: Arc<Room>,
    progress: Progress,
}

/// An opened input.
struct Opened {
    id: Id,
    name: Name,
    named: bool,
    file: Option<Key>,
}

impl Reader {
    fn item(&self, item: Item) -> Result<(), Gone> {
        match item {
            Item::Skipped => self.answer(Outcome::Skipped, 0),
            Item::Error { path, cause } => self.answer(Outcome::Failed { id: Id::path(&path), cause }, 0),
            Item::Loop { link, ancestor } => {
                let remark = format!("{}: a loop, it leads back to {}; not followed", link.display(), ancestor.display());
                self.answer(Outcome::Remark(remark), 0)
            }
            Item::Stdin => {
                let opened = Opened { id: Id::stdin(), name: Name::Silent, named: true, file: None };
                let source = decompressed(self.progress.counted(io::stdin()));
                self.open(opened, source)
            }
            Item::File { path, name, metadata, named } => {
                let size = metadata.as_ref().map_or(0, std::fs::Metadata::len);
                let file = self.judge.seen.as_ref().and(metadata.as_ref()).map(|m| Key::file(&path, m));
                if let (Some(seen), Some(file)) = (&self.judge.seen, &file)
                    && seen.contains(file)
                {
                    self.progress.read(size);
                    return self.answer(Outcome::SeenFile, 1);
                }
                let id = Id::path(&path);
                if let Some(kind @ (Kind::Text | Kind::Message)) = is_told(self.input, name) {
                    let weight = usize::try_from(size).unwrap_or(MAX_MESSAGE).min(MAX_MESSAGE);
                    let work = Work { id, kind, content: Raw::File(path), skip_binary: !named, file };
                    return self.put(work, weight, 1, size);
                }
                let source = File::open(path).and_then(|f| decompressed(self.progress.counted(f)));
                self.open(Opened { id, name, named, file }, source)
            }
        }
    }

    /// Reads an input that may hold many messages, or whose beginning must tell what it is.
    fn open(&self, opened: Opened, source: io::Result<Source>) -> Result<(), Gone> {
        let failed = |e: io::Error| self.answer(Outcome::Failed { id: opened.id.clone(), cause: e.to_string() }, 1);
        let mut source = match source {
            Ok(source) => source,
            Err(error) => return failed(error),
        };
        match is_told(self.input, opened.name) {
            Some(Kind::Jsonl) => return self.lines(&opened, source),
            Some(Kind::Mbox) => return self.letters(opened, source),
            _ => {}
        }
        let mut head = Vec::new();
        if let Err(error) = source.by_ref().take(HEAD as u64).read_to_end(&mut head) {
            return failed(error);
        }
        let kind = kind(self.input, opened.name, &head);
        match kind {
            Kind::Mbox => return self.letters(opened, rejoin(head, source)),
            Kind::Text if self.input == Input::Auto && !opened.named => {
                return self.answer(Outcome::Skipped, 0);
            }
            _ => {}
        }
        let weight = head.len();
        let whole = head.len() < HEAD;
        let content = if whole { Raw::Bytes { bytes: head, cut: false } } else { Raw::Open(rejoin(head, source)) };
        let Opened { id, named, file, .. } = opened;
        self.put(Work { id, kind, content, skip_binary: !named, file }, weight, 1, 0)
    }

    fn letters(&self, opened: Opened, source: Source) -> Result<(), Gone> {
        let mut mbox = Mbox::new(source, MAX_MESSAGE);
        loop {
            match mbox.next() {
                Ok(Some(letter)) => {
                    let weight = letter.bytes.len();
                    let content = Raw::Bytes { bytes: letter.bytes, cut: letter.cut };
                    let id = opened.id.numbered(letter.number);
                    self.put(Work { id, kind: Kind::Message, content, skip_binary: false, file: None }, weight, 0, 0)?;
                }
                Ok(None) => return self.answer(Outcome::FileEnd { done: opened.file.into_iter().collect() }, 1),
                Err(error) => return self.answer(Outcome::Failed { id: opened.id, cause: error.to_string() }, 1),
            }
        }
    }

    fn lines(&self, opened: &Opened, mut source: Source) -> Result<(), Gone> {
        let mut bytes = Vec::new();
        for number in 1.. {
            match json_lines::read_line(&mut source, &mut bytes) {
                Ok(true) => {}
                Ok(false) => return self.answer(Outcome::FileEnd { done: Vec::new() }, 1),
                Err(error) => return self.answer(Outcome::Failed { id: opened.id.clone(), cause: error.to_string() }, 1),
            }
            let weight = bytes.len();
            let content = Raw::Line { bytes: std::mem::take(&mut bytes), number };
            let work = Work { id: opened.id.clone(), kind: Kind::Jsonl, content, skip_binary: false, file: None };
            self.put(work, weight, 0, 0)?;
        }
        Ok(())
    }

    /// Takes a place in the line and gives the work to a thread.
    fn put(&self, work: Work, weight: usize, files: u64, size: u64) -> Result<(), Gone> {
        self.room.take(weight);
        let (send, answer) = sync_channel(1);
        self.slots.send(Slot { id: work.id.clone(), outcome: Waiting::Coming(answer), weight, files, size }).map_err(|_| Gone)?;
        let judge = Arc::clone(&self.judge);
        self.pool.spawn_fifo(move || {
            // Nobody waits for it when the output was closed.
            let _ = send.send(judge.judge(work));
        });
        Ok(())
    }

    /// Takes a place in the line for what needs no judging.
    fn answer(&self, outcome: Outcome, files: u64) -> Result<(), Gone> {
        let slot = Slot { id: Id::stdin(), outcome: Waiting::Here(Box::new(outcome)), weight: 0, files, size: 0 };
        self.slots.send(slot).map_err(|_| Gone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_that_dies_leaves_an_error_in_its_place() {
        let (send, slots) = sync_channel(4);
        let mut line = Line { slots, ended: false, room: Arc::default(), progress: Progress::on_standard_error(false) };
        let (answer, waiting) = sync_channel(1);
        let slot = Slot { id: Id::line(7), outcome: Waiting::Coming(waiting), weight: 0, files: 0, size: 0 };
        assert!(send.send(slot).is_ok());
        drop(answer);
        drop(send);
        let mut next = || line.next(|| Ok::<(), ()>(()));
        assert!(matches!(next(), Ok(Some(Outcome::Failed { id, .. })) if id == Id::line(7)));
        assert!(matches!(next(), Ok(Some(Outcome::Failed { id, .. })) if id == Id::stdin()));
        assert!(matches!(next(), Ok(None)));
    }

    #[test]
    fn room_is_for_many_small_or_one_large() {
        let room = Arc::new(Room::default());
        room.take(2 * WINDOW_BYTES);
        let waiter = Arc::clone(&room);
        let waiting = std::thread::spawn(move || waiter.take(1));
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(!waiting.is_finished());
        room.give(2 * WINDOW_BYTES);
        assert!(waiting.join().is_ok());
    }
}
