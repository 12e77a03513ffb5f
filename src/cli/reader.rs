//! From paths to messages: one thread finds, opens and splits the inputs and hands the messages to the threads that judge, a
//! few at a time where no input has to be waited for.
//!
//! What is handed out stands in a line of bounded length and size, so memory does not grow with the number of messages,
//! and the line keeps the order of the input, whichever thread is done first.

use std::fs::File;
use std::io::{self, Read as _};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use memchr::memchr;

use crate::cli::args::Input;
use crate::cli::compressed::{Source, decompressed, rejoin};
use crate::cli::id::Id;
use crate::cli::input::{Item, Wanted};
use crate::cli::json_lines;
use crate::cli::judge::{Judge, MAX_MESSAGE, Outcome, Raw, Work};
use crate::cli::kind::{HEAD, Kind, Name, is_told, kind};
use crate::cli::mbox::Mbox;
use crate::cli::pool::{Pool, STACK};
use crate::cli::progress::Progress;
use crate::cli::state::Key;

/// So many messages are handed to a thread at once, since each hand-over wakes threads, which costs as much as a small message.
const GROUP: usize = 8;

/// A group with so many bytes is handed over too.
const GROUP_BYTES: usize = 1 << 15;

/// So many groups are judged or wait to be written at once.
const WINDOW: usize = 64;

/// And so many bytes of them, or one message that is larger.
const WINDOW_BYTES: usize = 64 << 20;

/// Messages that are handed over together.
#[derive(Default)]
struct Group {
    entries: Vec<Entry<Task>>,
    weight: usize,
}

/// A task or its outcome, and what is done with it, for the progress line.
struct Entry<T> {
    content: T,
    files: u64,
    size: u64,
}

enum Task {
    Judge(Box<Work>),
    Known(Outcome),
}

impl Task {
    fn outcome(self, judge: &Judge) -> Outcome {
        match self {
            Self::Judge(work) => contained(work.id.clone(), || judge.judge(*work)),
            Self::Known(outcome) => outcome,
        }
    }
}

/// A panic is our mistake, not the message's: it gets an error in its place, and the rest goes on.
fn contained(id: Id, judge: impl FnOnce() -> Outcome) -> Outcome {
    catch_unwind(AssertUnwindSafe(judge)).unwrap_or_else(|_| internal_error(id))
}

fn internal_error(id: Id) -> Outcome {
    Outcome::Failed { id, cause: "internal error, please report it".to_owned() }
}

/// A group's place in the line of what is to be written.
struct Slot {
    answer: Receiver<Vec<Entry<Outcome>>>,
    /// Bytes to give back when it is written.
    weight: usize,
}

/// The line of slots, seen by the thread that writes.
pub(crate) struct Line {
    slots: Receiver<Slot>,
    /// What is left of the group that is being written.
    group: std::vec::IntoIter<Entry<Outcome>>,
    ended: bool,
    room: Arc<Room>,
    progress: Progress,
}

impl Line {
    /// The next outcome in the order of the input. `idle` runs before waiting for further input.
    pub fn next<E>(&mut self, mut idle: impl FnMut() -> Result<(), E>) -> Result<Option<Outcome>, E> {
        let entry = loop {
            if let Some(entry) = self.group.next() {
                break entry;
            }
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
            match slot.answer.recv() {
                Ok(entries) => self.group = entries.into_iter(),
                Err(_) => return Ok(Some(internal_error(Id::stdin()))),
            }
            self.room.give(slot.weight);
        };
        if matches!(entry.content, Outcome::End) {
            self.ended = true;
            return Ok(None);
        }
        self.progress.done(entry.files, u64::from(matches!(entry.content, Outcome::Judged { .. })));
        self.progress.read(entry.size);
        Ok(Some(entry.content))
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
pub(crate) fn start(wanted: Wanted, judge: Judge, pool: Pool, progress: Progress) -> io::Result<Line> {
    let (send, slots) = sync_channel(WINDOW);
    let room = Arc::new(Room::default());
    if progress.is_shown() {
        let (wanted, progress) = (wanted.clone(), progress.clone());
        std::thread::Builder::new().name("total".to_owned()).spawn(move || progress.set_total(total(&wanted)))?;
    }
    let mut reader = Reader {
        input: wanted.input,
        judge: Arc::new(judge),
        pool,
        group: Group::default(),
        slots: send,
        room: Arc::clone(&room),
        progress: progress.clone(),
    };
    std::thread::Builder::new().name("reader".to_owned()).stack_size(STACK).spawn(move || {
        for item in wanted.items() {
            if reader.item(item).is_err() {
                return;
            }
        }
        let end = Entry { content: Task::Known(Outcome::End), files: 0, size: 0 };
        reader.group.entries.push(end);
        let _ = reader.give(true);
    })?;
    Ok(Line { slots, group: Vec::new().into_iter(), ended: false, room, progress })
}

fn total(wanted: &Wanted) -> u64 {
    wanted.items().map(|item| if let Item::File { metadata: Some(m), .. } = item { m.len() } else { 0 }).sum()
}

/// Nobody takes what is read any more.
struct Gone;

struct Reader {
    input: Input,
    judge: Arc<Judge>,
    pool: Pool,
    /// What is handed over next.
    group: Group,
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
    fn item(&mut self, item: Item) -> Result<(), Gone> {
        match item {
            Item::Skipped => self.answer(Outcome::Skipped, 0),
            Item::Error { path, cause } => self.answer(Outcome::Failed { id: Id::path(&path), cause }, 0),
            Item::Loop { link, ancestor } => {
                let remark = format!("{}: a loop, it leads back to {}; not followed", link.display(), ancestor.display());
                self.answer(Outcome::Remark(remark), 0)
            }
            Item::Stdin => {
                self.hand_over()?;
                let opened = Opened { id: Id::stdin(), name: Name::Silent, named: true, file: None };
                let source = decompressed(self.progress.counted(io::stdin()));
                self.open(opened, source)
            }
            Item::File { path, name, metadata, named } => {
                let size = metadata.as_ref().map_or(0, std::fs::Metadata::len);
                if !metadata.as_ref().is_some_and(std::fs::Metadata::is_file) {
                    // A pipe may be long in answering.
                    self.hand_over()?;
                }
                let file = self.judge.seen.as_ref().and(metadata.as_ref()).map(|m| Key::file(&path, m));
                if let (Some(seen), Some(file)) = (&self.judge.seen, &file)
                    && seen.contains(file)
                {
                    self.progress.read(size);
                    return self.answer(Outcome::SeenFile, 1);
                }
                if named && name == Name::Says(Kind::Jsonl) && self.input == Input::Auto {
                    let remark = format!("{}: judged as one text; --input jsonl has each line judged", path.display());
                    self.answer(Outcome::Remark(remark), 0)?;
                }
                let id = Id::path(&path);
                if let Some(kind @ (Kind::Text | Kind::Message)) = is_told(self.input, name) {
                    let weight = usize::try_from(size).unwrap_or(MAX_MESSAGE).min(MAX_MESSAGE);
                    let work = Work { id, kind, content: Raw::File { path, size: weight }, skip_binary: !named, file };
                    return self.put(work, weight, 1, size);
                }
                let source = File::open(path).and_then(|f| decompressed(self.progress.counted(f)));
                self.open(Opened { id, name, named, file }, source)
            }
        }
    }

    /// Reads an input that may hold many messages, or whose beginning must tell what it is.
    fn open(&mut self, opened: Opened, source: io::Result<Source>) -> Result<(), Gone> {
        let failed = |e: io::Error| Outcome::Failed { id: opened.id.clone(), cause: e.to_string() };
        let mut source = match source {
            Ok(source) => source,
            Err(error) => return self.answer(failed(error), 1),
        };
        match is_told(self.input, opened.name) {
            Some(Kind::Jsonl) => return self.lines(&opened, source),
            Some(Kind::Mbox) => return self.letters(opened, source),
            _ => {}
        }
        let mut head = Vec::new();
        if let Err(error) = source.by_ref().take(HEAD as u64).read_to_end(&mut head) {
            return self.answer(failed(error), 1);
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

    fn letters(&mut self, opened: Opened, source: Source) -> Result<(), Gone> {
        let mut mbox = Mbox::new(source, MAX_MESSAGE);
        loop {
            if !mbox.has_next() {
                self.hand_over()?;
            }
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

    fn lines(&mut self, opened: &Opened, mut source: Source) -> Result<(), Gone> {
        let mut bytes = Vec::new();
        for number in 1.. {
            // Whoever writes line after line and waits for answers gets them.
            if memchr(b'\n', source.buffer()).is_none() {
                self.hand_over()?;
            }
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

    /// Has a message judged in its place.
    fn put(&mut self, work: Work, weight: usize, files: u64, size: u64) -> Result<(), Gone> {
        if self.group.weight + weight > GROUP_BYTES {
            self.hand_over()?;
        }
        self.group.weight += weight;
        self.add(Entry { content: Task::Judge(Box::new(work)), files, size })
    }

    /// Has something said in its place that needs no judging.
    fn answer(&mut self, outcome: Outcome, files: u64) -> Result<(), Gone> {
        self.add(Entry { content: Task::Known(outcome), files, size: 0 })
    }

    fn add(&mut self, entry: Entry<Task>) -> Result<(), Gone> {
        self.group.entries.push(entry);
        if self.group.entries.len() >= GROUP || self.group.weight >= GROUP_BYTES { self.hand_over() } else { Ok(()) }
    }

    /// Takes a place in the line for the group and gives it to a thread.
    fn hand_over(&mut self) -> Result<(), Gone> {
        self.give(false)
    }

    /// The same for the last group, which may be all that there is.
    fn give(&mut self, is_last: bool) -> Result<(), Gone> {
        let Group { entries, weight } = std::mem::take(&mut self.group);
        if entries.is_empty() {
            return Ok(());
        }
        self.room.take(weight);
        let (send, answer) = sync_channel(1);
        self.slots.send(Slot { answer, weight }).map_err(|_| Gone)?;
        let judge = Arc::clone(&self.judge);
        self.pool.spawn(is_last, move || {
            let outcomes =
                entries.into_iter().map(|e| Entry { content: e.content.outcome(&judge), files: e.files, size: e.size });
            // Nobody waits for it when the output was closed.
            let _ = send.send(outcomes.collect());
        });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(slots: Receiver<Slot>) -> Line {
        let progress = Progress::on_standard_error(false);
        Line { slots, group: Vec::new().into_iter(), ended: false, room: Arc::default(), progress }
    }

    #[test]
    fn a_panic_leaves_an_error_in_its_place() {
        let outcome = contained(Id::line(7), || panic!("this test means to"));
        assert!(matches!(outcome, Outcome::Failed { id, .. } if id == Id::line(7)));
    }

    #[test]
    fn threads_that_die_leave_an_error() {
        let (send, slots) = sync_channel(4);
        let mut line = line(slots);
        let (answer, waiting) = sync_channel(1);
        assert!(send.send(Slot { answer: waiting, weight: 0 }).is_ok());
        drop(answer);
        drop(send);
        let mut next = || line.next(|| Ok::<(), ()>(()));
        assert!(matches!(next(), Ok(Some(Outcome::Failed { .. }))));
        assert!(matches!(next(), Ok(Some(Outcome::Failed { .. }))));
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
