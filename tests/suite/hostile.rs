//! Mail made to break its readers: a verdict or a stated reason in bounded time, never a panic.
//!
//! A quadratic step in any of these takes minutes or hours, so that ending at all is an assertion; the whole module runs in
//! seconds.

use beholden::Report;

use crate::mail::{ENGINE, probes};

fn read(bytes: impl AsRef<[u8]>) -> Report {
    ENGINE.analyze_message(bytes.as_ref())
}

fn codes(report: &Report) -> Vec<&str> {
    report.notes.iter().map(|n| n.code).collect()
}

/// Multiparts within multiparts, with a text in the middle.
fn nested(depth: usize) -> String {
    let mut mail = "Subject: deep\n".to_owned();
    for i in 0..depth {
        mail.push_str(&format!("Content-Type: multipart/mixed; boundary=b{i}\n\n--b{i}\n"));
    }
    mail + "Content-Type: text/plain\n\nThere is marmalade on the table.\n"
}

#[test]
fn deep_multiparts_are_followed_to_a_limit_that_is_said() {
    let report = read(nested(90));
    assert_eq!(probes(&report).len(), 1);
    assert!(codes(&report).is_empty());
    for depth in [101, 2_000, 20_000] {
        let report = read(nested(depth));
        assert_eq!(codes(&report), ["depth_limit"], "{depth}");
        assert_eq!(report.notes[0].detail, "parts nested deeper than 100 were left out");
        assert_eq!(report.abstained, Some("no_text"));
    }
}

#[test]
fn enclosed_messages_are_followed_to_a_limit_that_is_said() {
    let deep =
        "Subject: x\nContent-Type: message/rfc822\n\n".repeat(200_000) + "Subject: y\n\nThere is marmalade on the table.\n";
    let report = read(deep);
    assert_eq!((codes(&report), report.abstained), (vec!["depth_limit"], Some("no_text")));
}

#[test]
fn messages_encoded_within_messages_are_followed_to_a_limit_that_is_said() {
    let mut mail = "Subject: inner\n\nThere is marmalade on the table.\n".to_owned();
    let mut found = Vec::new();
    for _ in 0..4 {
        mail = format!(
            "Subject: x\nContent-Type: message/rfc822\nContent-Transfer-Encoding: quoted-printable\n\n{}",
            mail.replace('=', "=3D")
        );
        let report = read(&mail);
        found.push((probes(&report).len(), codes(&report).len()));
    }
    assert_eq!(found, [(1, 0), (1, 0), (1, 0), (0, 1)]);
}

#[test]
fn many_parts_are_read_to_a_limit_that_is_said() {
    let parts = |n: usize| {
        let part = "--b\nContent-Type: text/plain\n\nThere is marmalade on the table.\n";
        format!("Subject: many\nContent-Type: multipart/mixed; boundary=b\n\n{}--b--\n", part.repeat(n))
    };
    let report = read(parts(2_000));
    assert_eq!(report.parts.as_ref().unwrap().len(), 2_001);
    assert!(!codes(&report).contains(&"size_limit"));
    let report = read(parts(50_000));
    assert!(codes(&report).contains(&"size_limit"));
    assert!(report.level.is_some());
}

#[test]
fn a_header_of_15_megabytes_is_passed_over() {
    let body = "\n\nThere is marmalade on the table.\n";
    let one_line = format!("Subject: big\nX-Filler: {}{body}", "a".repeat(15 << 20));
    let many_lines = format!("{}Subject: big{body}", "X: y\n".repeat(3 << 20));
    let folded = format!("Subject: big\nReferences:{}{body}", "\n <a@b.example>".repeat(1 << 20));
    let subject = format!("Subject: {}{body}", "=?utf-8?q?a?= ".repeat(1 << 20));
    let kind = format!("Subject: x\nContent-Type: text/plain; {}{body}", "a=b; ".repeat(1 << 20));
    for mail in [one_line, many_lines, folded, subject, kind] {
        assert_eq!(probes(&read(mail)).len(), 1);
    }
}

#[test]
fn nested_tags_are_followed_to_a_limit_that_is_said() {
    let html = |open: &str, close: &str, n: usize| {
        let (open, close) = (open.repeat(n), close.repeat(n));
        format!("Subject: x\nContent-Type: text/html\n\n{open}There is marmalade on the table.{close}\n")
    };
    for (open, close) in [("<div>", "</div>"), ("<b>", "</b>"), ("<table><tr><td>", "</td></tr></table>"), ("<div>", "</b>")] {
        let report = read(html(open, close, 100_000));
        assert_eq!(probes(&report).len(), 1, "{open}{close}: {:?}", report.parts);
        assert!(codes(&report).contains(&"depth_limit"), "{open}");
    }
    let report = read(html("<div>", "</div>", 100));
    assert!(codes(&report).is_empty());
}

/// How many times as long as ordinary text of the size a hostile one may take. A step that is quadratic takes sixty times
/// as long and more; a linear one takes a few times, and other tests run beside this one.
const TIMES: u32 = 40;

/// Holds the time of a hostile input against that of ordinary text of the same size.
fn in_linear_time(what: &str, head: &str, body: &str) {
    let took = |body: &str| {
        let mail = format!("Subject: x\n{head}\n\n{body}");
        let start = std::time::Instant::now();
        read(mail);
        start.elapsed()
    };
    let ordinary = "There is marmalade on the table and toast beside it, and the tea is hot.\n";
    let ordinary = took(&ordinary.repeat(body.len() / ordinary.len() + 1)).max(std::time::Duration::from_millis(5));
    let hostile = took(body);
    assert!(hostile < TIMES * ordinary, "{what:?} takes {hostile:?}, ordinary text {ordinary:?}");
}

#[test]
fn long_lines_and_odd_markup_take_linear_time() {
    let units = [
        "marmalade ",
        "a",
        ">",
        "> ",
        "<",
        "<!--",
        "&#",
        "&amp",
        "<p style='",
        "<style>{",
        "<style>a{b:c}",
        "<td>",
        "</td>",
        "=",
        "==",
        "=3D",
        "--b\n",
        "--",
        "\r",
        "\n",
        "\u{200b}",
        "\u{430}",
        "From: a\n",
        "On 1 wrote:\n",
        "unsubscribe\n",
        "unsubscribe ",
        "it was: ",
        "it was: a\r\n\r\n",
        "\"",
        "\u{201c}",
        "-----BEGIN PGP MESSAGE-----\n",
        "-----BEGIN PGP SIGNED",
        "a.b@c",
        "$1 ",
        "1,",
        "m a ",
        "<a class=btn href=x>",
        "<a href=x>a</a>.",
        "<a href=x>a</a> \u{bb}",
        "<li>",
        "<svg/>",
        "Content-Type: message/rfc822\n\n",
        "e\u{301}",
        "\u{fffd}",
        "<noscript>",
        "<blockquote type=cite>a",
        "<br>",
        "<p><td>",
    ];
    for unit in units {
        let body = unit.repeat((512 << 10) / unit.len());
        for head in ["Content-Type: text/plain; format=flowed", "Content-Type: text/html"] {
            in_linear_time(unit, head, &body);
            if unit.contains('\n') {
                in_linear_time(unit, head, &body.replace('\n', "\r\n"));
            }
        }
    }
    for unit in
        ["--b\n", "--", "\n", "=", "=3D", "QUJD", "a ", "Content-Type: message/rfc822\n\n", "--b\nContent-Type: text/html\n\n<p>"]
    {
        let body = unit.repeat((1 << 20) / unit.len());
        for head in [
            "Content-Type: multipart/mixed; boundary=b",
            "Content-Transfer-Encoding: quoted-printable",
            "Content-Transfer-Encoding: base64",
        ] {
            in_linear_time(unit, head, &body);
        }
    }
}

#[test]
fn one_line_of_10_megabytes_is_judged() {
    let line = "There is marmalade on the table and toast beside it, ".repeat((10 << 20) / 53);
    assert!(read(format!("Subject: x\n\n{line}")).level.is_some());
    assert!(read(format!("Subject: x\nContent-Type: text/html\n\n<p>{line}")).level.is_some());
}

#[test]
fn a_part_beyond_the_size_limit_is_judged_by_its_beginning() {
    let body = "There is marmalade on the table.\n\n".to_owned() + &" ".repeat(64 << 20);
    let report = read(format!("Subject: x\n\n{body}"));
    assert_eq!(codes(&report), ["size_limit"]);
    assert_eq!(probes(&report).len(), 1);
}

#[test]
fn a_message_beyond_all_measure_is_not_judged() {
    let report = read(vec![0; (512 << 20) + 1]);
    assert_eq!((report.level, report.abstained), (None, Some("too_large")));
}

#[test]
fn hidden_cues_do_not_crowd_out_what_is_read() {
    let filler = "<p>quince</p>".repeat(20_000);
    let mail = format!(
        "Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n<div style=display:none>{filler}</div>\n--b\n\
         Content-Type: text/html\n\n<p>There is marmalade on the table.\n--b--\n"
    );
    let report = read(mail);
    assert!(probes(&report).iter().any(|e| e.text.as_deref().is_some_and(|t| t.contains("marmalade"))));
    assert!(codes(&report).contains(&"hidden_cues") && codes(&report).contains(&"capped"));
}
