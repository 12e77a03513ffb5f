//! Text from a message, made safe to look at.

use maud::{Markup, Render, html};

use crate::cli::visible::{Shown, shown};

/// Text that is escaped, and in which every character that steers instead of showing is named: controls, and those that
/// turn the direction of writing and could make words read otherwise than they stand. What has no ink is dropped.
pub(super) struct Visible<'a>(pub &'a str);

impl Render for Visible<'_> {
    fn render_to(&self, out: &mut String) {
        let mut rest = self.0;
        while let Some(at) = rest.find(steers) {
            let (before, from) = rest.split_at(at);
            before.render_to(out);
            let c = from.chars().next().unwrap_or_default();
            rest = &from[c.len_utf8()..];
            match shown(c) {
                Shown::Escaped => named(c).render_to(out),
                // A browser would make a space of a lone CR.
                Shown::Space if !rest.starts_with('\n') => out.push('\n'),
                Shown::Space | Shown::Dropped | Shown::AsIs => {}
            }
        }
        rest.render_to(out);
    }
}

fn named(c: char) -> Markup {
    html! { span.steers { (format!("U+{:04X}", c as u32)) } }
}

/// What does not go into the page as it is; the page keeps tabs and lines.
fn steers(c: char) -> bool {
    shown(c) != Shown::AsIs && c != '\n' && c != '\t'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(text: &str) -> String {
        Visible(text).render().into_string()
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(page("<b a=\"x\">&amp;</b>"), "&lt;b a=&quot;x&quot;&gt;&amp;amp;&lt;/b&gt;");
    }

    #[test]
    fn what_steers_is_named() {
        assert_eq!(
            page("a\u{202e}b\0\u{1b}[31m"),
            "a<span class=\"steers\">U+202E</span>b<span class=\"steers\">U+0000</span><span class=\"steers\">U+001B</span>[31m"
        );
        assert_eq!(page("\u{2066}"), "<span class=\"steers\">U+2066</span>");
    }

    #[test]
    fn what_has_no_ink_is_dropped() {
        assert_eq!(page("f\u{200b}r\u{ad}e\u{3164}e\u{e0041}"), "free");
        assert_eq!(page("👩\u{200d}👧 ❤\u{fe0f}"), "👩\u{200d}👧 ❤\u{fe0f}");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(page("a\r\nb\rc\td\n"), "a\nb\nc\td\n");
    }
}
