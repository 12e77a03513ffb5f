//! `--format html`: one page that is complete in itself. It runs no script and loads nothing, and a strict content security
//! policy holds a browser to that; everything that comes from a message is escaped on its way in.

mod visible;
mod excerpt;
mod entry;
mod chart;
mod list;
mod message;
mod tactics;
mod page;

pub(crate) use entry::Entry;
pub(crate) use page::{Failure, Page};
