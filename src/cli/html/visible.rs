//! Text from a message, made safe to look at.

use maud::{Markup, Render, html};

/// Text that is escaped, and in which every character that steers instead of showing is named: controls, and those that
/// turn the direction of writing and could make words read otherwise than they stand.
pub(super) struct Visible<'a>(pub &'a str);

impl Render for Visible<'_> {
    fn render_to(&self, out: &mut String) {
        let mut rest = self.0;
        while let Some(at) = rest.find(steers) {
            let (before, from) = rest.split_at(at);
            before.render_to(out);
            let c = from.chars().next().unwrap_or_default();
            rest = &from[c.len_utf8()..];
            if c != '\r' {
                named(c).render_to(out);
            } else if !rest.starts_with('\n') {
                // A browser would make a space of it.
                out.push('\n');
            }
        }
        rest.render_to(out);
    }
}

fn named(c: char) -> Markup {
    html! { span.steers { (format!("U+{:04X}", c as u32)) } }
}

fn steers(c: char) -> bool {
    let control = c.is_control() && c != '\n' && c != '\t';
    let direction = matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let line_or_tag = matches!(c, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    control || direction || line_or_tag
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        Visible(text).render().into_string()
    }

    #[test]
    fn markup_is_text() {
        assert_eq!(shown("<b a=\"x\">&amp;</b>"), "&lt;b a=&quot;x&quot;&gt;&amp;amp;&lt;/b&gt;");
    }

    #[test]
    fn what_steers_is_named() {
        assert_eq!(
            shown("a\u{202e}b\0\u{1b}[31m"),
            "a<span class=\"steers\">U+202E</span>b<span class=\"steers\">U+0000</span><span class=\"steers\">U+001B</span>[31m"
        );
        assert_eq!(shown("\u{2066}"), "<span class=\"steers\">U+2066</span>");
    }

    #[test]
    fn lines_stay_lines() {
        assert_eq!(shown("a\r\nb\rc\td\n"), "a\nb\nc\td\n");
    }
}
