//! The threads that judge: started when there is work for them, since for a single message to start them takes longer than to
//! judge it.

use std::cell::OnceCell;

use rayon::ThreadPoolBuilder;

use crate::cli::complain;

/// As much stack as the main thread has: messages nest.
pub(crate) const STACK: usize = 8 << 20;

/// A number of threads.
pub(crate) struct Pool {
    jobs: usize,
    threads: OnceCell<Option<rayon::ThreadPool>>,
}

impl Pool {
    /// So many threads; 0 for as many as there are processors.
    pub fn new(jobs: usize) -> Self {
        Self { jobs, threads: OnceCell::new() }
    }

    /// Has something done: here if it is all that there is to do, or if the system gives no threads, else by a thread in the
    /// order in which it came.
    pub fn spawn(&self, is_all: bool, work: impl FnOnce() + Send + 'static) {
        let threads = if is_all { self.threads.get() } else { Some(self.threads.get_or_init(|| self.start())) };
        match threads {
            Some(Some(threads)) => threads.spawn_fifo(work),
            _ => work(),
        }
    }

    fn start(&self) -> Option<rayon::ThreadPool> {
        let builder = ThreadPoolBuilder::new().num_threads(self.jobs).stack_size(STACK);
        // The message gets an error in its place, and the rest goes on.
        let threads = builder.panic_handler(|_| {}).build();
        threads.inspect_err(|e| complain(&format!("--jobs: {e}; one thread judges"))).ok()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread::current;

    use super::*;

    #[test]
    fn threads_work_where_there_is_more_than_one_thing_to_do() {
        let (send, done) = channel();
        let pool = Pool::new(1);
        for is_all in [true, false, true] {
            let send = send.clone();
            pool.spawn(is_all, move || send.send(current().id()).unwrap_or_default());
        }
        let by: Vec<_> = done.iter().take(3).collect();
        assert_eq!((by[0] == current().id(), by[1] == current().id(), by[1] == by[2]), (true, false, true));
    }
}
