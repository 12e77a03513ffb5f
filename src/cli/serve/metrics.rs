//! What `/metrics` tells, in OpenMetrics.

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::Registry;

use crate::cli::serve::service::Wire;

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfWire {
    wire: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfLevel {
    wire: &'static str,
    level: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfError {
    wire: &'static str,
    error: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfReload {
    outcome: &'static str,
}

/// The counts of a running service.
pub(crate) struct Metrics {
    registry: Registry,
    messages: Family<OfLevel, Counter>,
    seconds: Family<OfWire, Histogram, fn() -> Histogram>,
    errors: Family<OfError, Counter>,
    connections: Family<OfWire, Gauge>,
    reloads: Family<OfReload, Counter>,
}

impl Metrics {
    pub fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("beholden"),
            messages: Family::default(),
            // From a quarter of a millisecond to eight seconds.
            seconds: Family::new_with_constructor(|| Histogram::new(exponential_buckets(0.00025, 2.0, 16))),
            errors: Family::default(),
            connections: Family::default(),
            reloads: Family::default(),
        };
        let r = &mut metrics.registry;
        r.register("build", "What is running", Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]));
        r.register("messages", "Messages judged, by level; unknown where none could be told", metrics.messages.clone());
        r.register("judging_seconds", "Time to judge a message, with the wait for a thread", metrics.seconds.clone());
        r.register("errors", "Requests that got no verdict, by cause", metrics.errors.clone());
        r.register("connections", "Connections that are open", metrics.connections.clone());
        r.register("reloads", "Reloads of the lexicons, by outcome", metrics.reloads.clone());
        metrics
    }

    pub fn message(&self, wire: Wire, level: &'static str, seconds: f64) {
        self.messages.get_or_create(&OfLevel { wire: wire.name(), level }).inc();
        self.seconds.get_or_create(&OfWire { wire: wire.name() }).observe(seconds);
    }

    pub fn error(&self, wire: Wire, error: &'static str) {
        self.errors.get_or_create(&OfError { wire: wire.name(), error }).inc();
    }

    pub fn connections(&self, wire: Wire, change: i64) {
        self.connections.get_or_create(&OfWire { wire: wire.name() }).inc_by(change);
    }

    pub fn reload(&self, outcome: &'static str) {
        self.reloads.get_or_create(&OfReload { outcome }).inc();
    }

    /// The text of all.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let written = encode(&mut text, &self.registry);
        debug_assert!(written.is_ok(), "writing to memory does not fail");
        text
    }
}
