//! HTML as tags, attributes, text and comments, handed over one by one. `html5gum` tokenizes; this keeps no more of it than is
//! asked for, and none of its complaints.

use std::convert::Infallible;

use html5gum::{Emitter, Error, State, Tokenizer, naive_next_state};

/// Whoever takes what the markup says.
pub(crate) trait Visitor {
    /// A start tag begins.
    fn open_tag(&mut self, name: &[u8]);
    /// It has this attribute; the answer is whether its value matters.
    fn attribute(&mut self, name: &[u8]) -> bool;
    /// The value of the attribute named last, where there is one and it matters.
    fn value(&mut self, value: &[u8]);
    /// The start tag ends.
    fn close_tag(&mut self, self_closing: bool);
    fn end_tag(&mut self, name: &[u8]);
    /// All text up to the next tag or comment.
    fn text(&mut self, text: &[u8]);
    fn comment(&mut self, text: &[u8]);
}

/// Hands all of some markup over.
pub(crate) fn read(html: &[u8], visitor: &mut impl Visitor) {
    // The reader of a slice can't fail, so this runs to the end of the markup.
    let Ok(()) = Tokenizer::new_with_emitter(html, Handing::new(visitor)).finish();
}

/// Which tag is being read, or was read last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Current {
    None,
    Start,
    End,
}

struct Handing<'v, V> {
    visitor: &'v mut V,
    text: Vec<u8>,
    comment: Vec<u8>,
    current: Current,
    /// The name of the current tag, until it is handed over.
    name: Vec<u8>,
    /// The name of the start tag that was handed over last, unless an end tag followed.
    opened: Vec<u8>,
    self_closing: bool,
    /// The name of the current attribute, until it is handed over.
    attribute: Vec<u8>,
    value: Vec<u8>,
    /// Whether the value matters.
    wanted: bool,
}

impl<'v, V: Visitor> Handing<'v, V> {
    fn new(visitor: &'v mut V) -> Self {
        Self {
            visitor,
            text: Vec::new(),
            comment: Vec::new(),
            current: Current::None,
            name: Vec::new(),
            opened: Vec::new(),
            self_closing: false,
            attribute: Vec::new(),
            value: Vec::new(),
            wanted: false,
        }
    }

    fn hand_text(&mut self) {
        if !self.text.is_empty() {
            self.visitor.text(&self.text);
            self.text.clear();
        }
    }

    fn hand_name(&mut self) {
        self.hand_text();
        if self.current == Current::Start && !self.name.is_empty() {
            self.visitor.open_tag(&self.name);
            self.opened.clear();
            std::mem::swap(&mut self.opened, &mut self.name);
        }
    }

    fn hand_attribute(&mut self) {
        self.hand_name();
        if !self.attribute.is_empty() {
            // An end tag has no attributes, whatever is written in it.
            self.wanted = self.current == Current::Start && self.visitor.attribute(&self.attribute);
            self.attribute.clear();
        }
    }

    fn hand_value(&mut self) {
        self.hand_attribute();
        if !self.value.is_empty() {
            self.visitor.value(&self.value);
            self.value.clear();
        }
    }
}

impl<V: Visitor> Emitter for Handing<'_, V> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.opened.clear();
        self.opened.extend_from_slice(name.unwrap_or_default());
    }

    fn emit_eof(&mut self) {
        self.hand_text();
    }

    fn emit_error(&mut self, _: Error) {}

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    #[inline]
    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn emit_string(&mut self, text: &[u8]) {
        self.text.extend_from_slice(text);
    }

    fn init_start_tag(&mut self) {
        self.name.clear();
        self.current = Current::Start;
        self.self_closing = false;
    }

    fn init_end_tag(&mut self) {
        self.name.clear();
        self.current = Current::End;
    }

    fn init_comment(&mut self) {
        self.hand_text();
        self.comment.clear();
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.hand_value();
        match self.current {
            Current::Start => self.visitor.close_tag(self.self_closing),
            Current::End => {
                self.opened.clear();
                self.visitor.end_tag(&self.name);
            }
            Current::None => {}
        }
        naive_next_state(&self.opened)
    }

    fn emit_current_comment(&mut self) {
        self.visitor.comment(&self.comment);
        self.comment.clear();
    }

    fn emit_current_doctype(&mut self) {}

    fn set_self_closing(&mut self) {
        self.self_closing = self.current != Current::End;
    }

    fn set_force_quirks(&mut self) {}

    fn push_tag_name(&mut self, name: &[u8]) {
        self.name.extend_from_slice(name);
    }

    fn push_comment(&mut self, text: &[u8]) {
        self.comment.extend_from_slice(text);
    }

    fn push_doctype_name(&mut self, _: &[u8]) {}

    fn init_doctype(&mut self) {
        self.hand_text();
    }

    fn init_attribute(&mut self) {
        self.hand_value();
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        self.attribute.extend_from_slice(name);
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        self.hand_attribute();
        if self.wanted {
            self.value.extend_from_slice(value);
        }
    }

    fn set_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _: &[u8]) {}

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        !self.opened.is_empty() && self.current == Current::End && self.opened == self.name
    }
}

#[cfg(test)]
mod tests {
    use html5gum::Span;
    use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
    use proptest::prelude::*;

    use super::*;

    /// What was handed over, as text.
    #[derive(Default)]
    struct Told(String);

    impl Told {
        fn tell(&mut self, what: &str, text: &[u8]) {
            self.0.push_str(&format!("{what} {}\n", String::from_utf8_lossy(text)));
        }
    }

    impl Visitor for Told {
        fn open_tag(&mut self, name: &[u8]) {
            self.tell("open", name);
        }

        fn attribute(&mut self, name: &[u8]) -> bool {
            self.tell("attribute", name);
            name != b"idle"
        }

        fn value(&mut self, value: &[u8]) {
            self.tell("value", value);
        }

        fn close_tag(&mut self, self_closing: bool) {
            self.tell("close", if self_closing { b"/" } else { b"" });
        }

        fn end_tag(&mut self, name: &[u8]) {
            self.tell("end", name);
        }

        fn text(&mut self, text: &[u8]) {
            self.tell("text", text);
        }

        fn comment(&mut self, text: &[u8]) {
            self.tell("comment", text);
        }
    }

    /// The same by the tokenizer's own emitter.
    fn told_by_events(html: &str) -> String {
        let mut told = Told::default();
        let (mut in_start, mut idle) = (false, false);
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<Infallible> {
            match event {
                CallbackEvent::OpenStartTag { name } => {
                    in_start = true;
                    told.open_tag(name);
                }
                CallbackEvent::AttributeName { name } if in_start => idle = !told.attribute(name),
                CallbackEvent::AttributeValue { value } if in_start && !idle => told.value(value),
                CallbackEvent::CloseStartTag { self_closing } => {
                    in_start = false;
                    told.close_tag(self_closing);
                }
                CallbackEvent::EndTag { name } => told.end_tag(name),
                CallbackEvent::String { value } => told.text(value),
                CallbackEvent::Comment { value } => told.comment(value),
                _ => {}
            }
            None
        });
        emitter.naively_switch_states(true);
        let Ok(()) = Tokenizer::new_with_emitter(html, emitter).finish();
        told.0
    }

    fn told(html: &str) -> String {
        let mut told = Told::default();
        read(html.as_bytes(), &mut told);
        told.0
    }

    #[test]
    fn everything_is_handed_over_in_order() {
        assert_eq!(
            told("a<p class=x idle='y' Hidden>b&amp;c<!-- d --></p><br/><style><p></style>"),
            "text a\nopen p\nattribute class\nvalue x\nattribute idle\nattribute hidden\nclose \ntext b&c\ncomment  d \nend p\n\
             open br\nclose /\nopen style\nclose \ntext <p>\nend style\n"
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn it_says_what_the_tokenizers_own_emitter_says(
            html in "(<p|<style|<title>|<script>|</style>|</p|</title|</script>|<!--|-->|<!doctype a>|<|>|/|=|'|\"| idle=| class=|a|B|&amp;|&#6|\\n| |\\PC){0,24}"
        ) {
            prop_assert_eq!(told(&html), told_by_events(&html));
        }
    }
}
