//! Real mail systems with `beholden serve` in them: Postfix, Rspamd and Exim, each in its own folder on free ports.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::Duration;

use serde_json::Value;

use crate::daemon::Daemon;
use crate::filter::{ENGINE, PLAIN, PRESSURE, beholden, readme_block};
use crate::programs::{OpenFolder, files, folder, program, run, wait_for};
use crate::root;

/// A port that was free a moment ago.
fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// The risk of a message as headers and scores show it.
fn score(message: &str) -> f64 {
    f64::from(ENGINE.analyze_message(message.as_bytes()).risk.unwrap()) / 10.0
}

/// Mail systems start as root and go on as users of their own.
fn is_root() -> bool {
    let root = fs::metadata("/proc/self").is_ok_and(|m| std::os::unix::fs::MetadataExt::uid(&m) == 0);
    if !root {
        assert!(std::env::var_os("CI").is_none(), "CI runs as root");
        note("skipped: only root can start a mail system");
    }
    root
}

#[allow(clippy::print_stderr)]
fn note(text: &str) {
    eprintln!("{text}");
}

/// A Postfix of this test's own.
struct Postfix {
    dir: OpenFolder,
    postfix: PathBuf,
    port: u16,
}

impl Postfix {
    /// Starts one that delivers all mail for example.org to one Maildir.
    fn start(name: &str, main: &str, master: &str) -> Option<Self> {
        let postfix = program("postfix")?;
        if !is_root() {
            return None;
        }
        let dir = OpenFolder::new(name);
        let at = dir.0.display().to_string();
        for sub in ["etc", "queue", "data", "mail"] {
            fs::create_dir(dir.0.join(sub)).unwrap();
        }
        fs::set_permissions(dir.0.join("mail"), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(Command::new("chown").arg("postfix").arg(dir.0.join("data")).status().unwrap().success());
        let port = free_port();
        fs::write(
            dir.0.join("etc/main.cf"),
            format!(
                "compatibility_level = 3.6\nqueue_directory = {at}/queue\ndata_directory = {at}/data\nmail_owner = postfix\n\
                 maillog_file = {at}/log\nmaillog_file_prefixes = {at}\ninet_interfaces = 127.0.0.1\ninet_protocols = ipv4\n\
                 myhostname = mail.example.net\nmydestination =\nalias_maps =\nalias_database =\nlocal_recipient_maps =\n\
                 virtual_mailbox_domains = example.org\nvirtual_mailbox_base = {at}/mail\nvirtual_mailbox_maps = static:box/\n\
                 virtual_uid_maps = static:65534\nvirtual_gid_maps = static:65534\nsmtpd_peername_lookup = no\n\
                 smtpd_recipient_restrictions = permit_mynetworks, reject\nmynetworks = 127.0.0.0/8\n{main}\n"
            ),
        )
        .unwrap();
        let services = "pickup unix n - n 60 1 pickup|cleanup unix n - n - 0 cleanup|qmgr unix n - n 300 1 qmgr|\
             rewrite unix - - n - - trivial-rewrite|bounce unix - - n - 0 bounce|defer unix - - n - 0 bounce|\
             trace unix - - n - 0 bounce|verify unix - - n - 1 verify|flush unix n - n 1000? 0 flush|proxymap unix - - n - - proxymap|\
             smtp unix - - n - - smtp|relay unix - - n - - smtp|showq unix n - n - - showq|error unix - - n - - error|\
             retry unix - - n - - error|discard unix - - n - - discard|virtual unix - n n - - virtual|\
             anvil unix - - n - 1 anvil|scache unix - - n - 1 scache|postlog unix-dgram n - n - 1 postlogd"
            .replace('|', "\n");
        let master = master.replace("MAIL_PORT", &port.to_string());
        fs::write(dir.0.join("etc/master.cf"), format!("{services}\n{master}\n")).unwrap();
        let config = dir.0.join("etc");
        let started = Command::new(&postfix).arg("-c").arg(&config).arg("start").output().unwrap();
        let this = Self { dir, postfix, port };
        assert!(started.status.success(), "{}\n{}", String::from_utf8_lossy(&started.stderr), this.log());
        wait_for("a greeting of Postfix", 30, || Smtp::connect(port));
        Some(this)
    }

    fn log(&self) -> String {
        fs::read_to_string(self.dir.0.join("log")).unwrap_or_default()
    }

    /// The messages that were delivered, once there are so many.
    fn delivered(&self, count: usize) -> Vec<String> {
        let folder = self.dir.0.join("mail/box/new");
        let waiting = || {
            let found = files(&folder);
            (found.len() >= count).then_some(found)
        };
        let found = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| wait_for("delivery", 30, waiting)));
        let found = found.unwrap_or_else(|_| panic!("{} of {count} were delivered\n{}", files(&folder).len(), self.log()));
        assert_eq!(found.len(), count, "{}", self.log());
        found
    }

    fn send(&self, message: &str) {
        let mut smtp = Smtp::connect(self.port).unwrap();
        smtp.envelope();
        let answer = smtp.content(message);
        assert!(answer.starts_with("250 "), "{answer}\n{}", self.log());
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // By the process id that its master wrote into its own queue folder.
        let _ = Command::new(&self.postfix).arg("-c").arg(self.dir.0.join("etc")).arg("stop").output();
    }
}

/// A client that speaks SMTP step by step.
struct Smtp(BufReader<TcpStream>);

impl Smtp {
    fn connect(port: u16) -> Option<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        let mut smtp = Self(BufReader::new(stream));
        smtp.answer().starts_with("220 ").then_some(smtp)
    }

    fn answer(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            if self.0.read_line(&mut line).unwrap_or(0) == 0 || line.as_bytes().get(3) != Some(&b'-') {
                return line;
            }
        }
    }

    fn say(&mut self, line: &str) -> String {
        self.0.get_mut().write_all(line.as_bytes()).unwrap();
        self.answer()
    }

    fn envelope(&mut self) {
        for line in ["EHLO client.example.net\r\n", "MAIL FROM:<a@example.net>\r\n", "RCPT TO:<b@example.org>\r\n"] {
            let answer = self.say(line);
            assert!(answer.starts_with("250 "), "{line}{answer}");
        }
    }

    fn content(&mut self, message: &str) -> String {
        let answer = self.say("DATA\r\n");
        // With milter_default_action a milter that is gone may refuse here already.
        if !answer.starts_with("354 ") {
            return answer;
        }
        self.say(&format!("{message}.\r\n"))
    }
}

fn milter_settings(port: &str, action: &str) -> String {
    // The README's lines, with the test's port.
    readme_block(
        "Postfix as a milter",
        &[("inet:127.0.0.1:8784", &format!("inet:127.0.0.1:{port}")), ("= accept", &format!("= {action}"))],
    )
}

const SMTPD: &str = "127.0.0.1:MAIL_PORT inet n - n - - smtpd";

#[test]
fn postfix_with_the_milter_delivers_one_set_of_headers() {
    let daemon = Daemon::start(&["--milter", "127.0.0.1:0"]);
    let settings = milter_settings(&daemon.port("milter"), "tempfail");
    let Some(postfix) = Postfix::start("postfix-milter", &settings, SMTPD) else { return };
    if let Some(swaks) = program("swaks") {
        let server = format!("127.0.0.1:{}", postfix.port);
        let args = ["--from", "a@example.net", "--to", "b@example.org", "--silent", "3", "--data", "-", "--server", &server];
        let output = run(Command::new(swaks).args(args), PRESSURE.replace("\r\n", "\n").as_bytes());
        assert!(output.status.success(), "{}\n{}", String::from_utf8_lossy(&output.stderr), postfix.log());
    } else {
        postfix.send(PRESSURE);
    }
    // More than one message on one SMTP connection, and one given up in between.
    let mut smtp = Smtp::connect(postfix.port).unwrap();
    smtp.envelope();
    assert!(smtp.content(PLAIN).starts_with("250 "));
    assert!(smtp.say("MAIL FROM:<a@example.net>\r\n").starts_with("250 "));
    assert!(smtp.say("RSET\r\n").starts_with("250 "));
    smtp.envelope();
    assert!(smtp.content(PLAIN).starts_with("250 "));
    let delivered = postfix.delivered(3);
    let (flagged, plain): (Vec<&String>, Vec<&String>) = delivered.iter().partition(|m| m.contains("Your turn"));
    assert_eq!((flagged.len(), plain.len()), (1, 2));
    let head = flagged[0].split("\n\n").next().unwrap().replace("\n\t", " ");
    for name in ["Status", "Risk", "Level"] {
        assert_eq!(head.to_lowercase().matches(&format!("x-beholden-{}:", name.to_lowercase())).count(), 1, "{head}");
    }
    assert!(head.contains(&format!("X-Beholden-Status: Yes, score={:.1} required=5.0 tests=", score(PRESSURE))), "{head}");
    assert!(head.contains("\nX-Beholden-Level: pressure\n") && head.contains("\nReceived: from a\n"), "{head}");
    // Only what delivery itself adds stands above.
    let above: Vec<&str> =
        head.lines().take_while(|l| !l.starts_with("X-Beholden-Status")).map(|l| l.split(':').next().unwrap()).collect();
    assert_eq!(above, ["Return-Path", "X-Original-To", "Delivered-To"], "{head}");
    for message in plain {
        assert!(message.contains("X-Beholden-Level: none"), "{message}");
    }
    assert!(daemon.events_once("message", 3).iter().all(|e| e["queue_id"].is_string()), "{}", daemon.log());
}

#[test]
fn postfix_loses_no_message_when_the_milter_is_killed() {
    for action in ["accept", "tempfail"] {
        let port = free_port().to_string();
        let address = format!("127.0.0.1:{port}");
        let Some(postfix) = Postfix::start(&format!("postfix-{action}"), &milter_settings(&port, action), SMTPD) else { return };
        // Killed between envelope and content, and within the content, which a stopped process never finishes.
        for (round, within) in [false, true].into_iter().enumerate() {
            let mut daemon = Daemon::start(&["--milter", &address]);
            let mut smtp = Smtp::connect(postfix.port).unwrap();
            smtp.envelope();
            let answer = if within {
                daemon.signal("STOP");
                let waiting = std::thread::spawn(move || smtp.content(PRESSURE));
                std::thread::sleep(Duration::from_millis(500));
                daemon.kill();
                waiting.join().unwrap()
            } else {
                daemon.kill();
                smtp.content(PRESSURE)
            };
            let taken = answer.starts_with("250 ");
            assert_eq!(taken, action == "accept", "{answer}\n{}", postfix.log());
            if !taken {
                assert!(answer.starts_with('4'), "{answer}: the client must be told to try again");
                let _back = Daemon::start(&["--milter", &address]);
                postfix.send(PRESSURE);
                let last = postfix.delivered(round + 1).into_iter().find(|m| m.contains("X-Beholden-Level: pressure"));
                assert!(last.is_some());
            }
            postfix.delivered(round + 1);
        }
    }
}

#[test]
fn postfix_quarantines_and_rejects() {
    let daemon = Daemon::start(&["--milter", "127.0.0.1:0", "--reject-at", "pressure"]);
    let settings = milter_settings(&daemon.port("milter"), "accept");
    let Some(postfix) = Postfix::start("postfix-reject", &settings, SMTPD) else { return };
    let mut smtp = Smtp::connect(postfix.port).unwrap();
    smtp.envelope();
    let answer = smtp.content(PRESSURE);
    assert!(answer.starts_with("550 5.7.1 "), "{answer}");
    postfix.send(PLAIN);
    postfix.delivered(1);
    let daemon = Daemon::start(&["--milter", "127.0.0.1:0", "--quarantine-at", "60"]);
    let settings = milter_settings(&daemon.port("milter"), "accept");
    let Some(postfix) = Postfix::start("postfix-hold", &settings, SMTPD) else { return };
    postfix.send(PRESSURE);
    postfix.send(PLAIN);
    postfix.delivered(1);
    wait_for("a message on hold", 10, || (files(&postfix.dir.0.join("queue/hold")).len() == 1).then_some(()));
}

#[test]
fn postfix_pipes_through_the_filter() {
    let port = free_port();
    let master =
        readme_block("Postfix pipe", &[("/usr/local/bin/beholden-pipe", "BIN/beholden-pipe"), ("user=filter", "user=nobody")]);
    // Mail comes back by a second smtpd, since only the system's own Postfix takes it from other users' sendmail.
    let master = format!(
        "127.0.0.1:MAIL_PORT inet n - n - - smtpd\n  -o content_filter=beholden:\n127.0.0.1:{port} inet n - n - - smtpd\n  -o content_filter=\n{master}"
    );
    let Some(swaks) = program("swaks") else { return };
    let bin = OpenFolder::new("pipe-bin");
    let script = readme_block(
        "where `beholden-pipe` is",
        &[("beholden filter", "\"${0%/*}/beholden\" filter"), ("sendmail -G -i", "\"${0%/*}/sendmail\" -G -i")],
    );
    let sendmail = format!(
        "#!/bin/sh\nwhile [ \"$1\" != -- ]; do [ \"$1\" = -f ] && from=$2; shift; done\n\
         exec {} --server 127.0.0.1:{port} --silent 3 --from \"$from\" --to \"$2\" --data -\n",
        swaks.display()
    );
    fs::copy(beholden(), bin.0.join("beholden")).unwrap();
    for (name, text) in [("beholden-pipe", script), ("sendmail", sendmail)] {
        fs::write(bin.0.join(name), text).unwrap();
        fs::set_permissions(bin.0.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
    let master = master.replace("BIN", &bin.0.display().to_string());
    let Some(postfix) = Postfix::start("postfix-pipe", "", &master) else { return };
    postfix.send(PRESSURE);
    postfix.send(PLAIN);
    let delivered = postfix.delivered(2);
    for (subject, level) in [("Your turn", "pressure"), ("Tuesday", "none")] {
        let message = delivered.iter().find(|m| m.contains(subject)).unwrap();
        assert_eq!(message.to_lowercase().matches("x-beholden-level:").count(), 1, "{message}");
        assert!(message.contains(&format!("X-Beholden-Level: {level}")), "{message}");
    }
}

/// A child that is ended by its own id.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = Command::new("sh").args(["-c", &format!("kill -TERM {}", self.0.id())]).status();
        for _ in 0..100 {
            if self.0.try_wait().is_ok_and(|s| s.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn rspamd_shows_the_symbol_both_ways() {
    let (Some(rspamd), Some(rspamc)) = (program("rspamd"), program("rspamc")) else { return };
    let daemon = Daemon::on_all_wires(&[]);
    let dir = OpenFolder::new("rspamd");
    let at = dir.0.display().to_string();
    for sub in ["conf/local.d", "db", "run", "log"] {
        fs::create_dir_all(dir.0.join(sub)).unwrap();
    }
    let conf = |name: &str, text: &str| fs::write(dir.0.join("conf").join(name), text).unwrap();
    let port = free_port();
    conf("local.d/worker-normal.inc", &format!("bind_socket = \"127.0.0.1:{port}\";\ncount = 1;\n"));
    conf("local.d/worker-controller.inc", "enabled = false;\n");
    conf("local.d/worker-proxy.inc", "enabled = false;\n");
    conf("local.d/options.inc", &format!("pidfile = \"{at}/run/pid\";\n"));
    conf("local.d/logging.inc", &format!("type = \"file\";\nfilename = \"{at}/log/log\";\n"));
    let spamd = format!("127.0.0.1:{}", daemon.port("spamd"));
    conf("local.d/external_services.conf", &readme_block("external_services.conf", &[("127.0.0.1:783", &spamd)]));
    conf("local.d/external_services_group.conf", &readme_block("external_services_group.conf", &[]));
    let http = format!("127.0.0.1:{}", daemon.port("http"));
    conf("rspamd.local.lua", &readme_block("rspamd.local.lua", &[("127.0.0.1:8783", &http)]));
    let output = fs::File::create(dir.0.join("log/out")).unwrap();
    let child = Command::new(rspamd)
        .args(["-f", "-i", "-c", "/etc/rspamd/rspamd.conf"])
        .args(
            [("LOCAL_CONFDIR", "conf"), ("DBDIR", "db"), ("RUNDIR", "run"), ("LOGDIR", "log")]
                .map(|(n, f)| format!("--var={n}={at}/{f}")),
        )
        .stdout(output.try_clone().unwrap())
        .stderr(output)
        .spawn()
        .unwrap();
    let _rspamd = Ended(child);
    let ask = |message: &str| -> Option<Value> {
        let output = run(Command::new(&rspamc).args(["-h", &format!("127.0.0.1:{port}"), "--json"]), message.as_bytes());
        let answer: Value = serde_json::from_slice(&output.stdout).ok()?;
        answer["symbols"].is_object().then_some(answer)
    };
    let log = || fs::read_to_string(dir.0.join("log/log")).unwrap_or_default();
    let answer = wait_for("an answer of Rspamd", 60, || ask(PRESSURE));
    for symbol in ["BEHOLDEN", "BEHOLDEN_SPAMD"] {
        let found = answer["symbols"][symbol]["score"].as_f64().unwrap_or_else(|| panic!("no {symbol} in {answer:#}\n{}", log()));
        assert!((found - score(PRESSURE)).abs() < 0.01, "{symbol}: {found}");
    }
    assert!(answer["symbols"]["BEHOLDEN_SPAMD"]["options"].to_string().contains("GUILT"));
    assert!(answer["symbols"]["BEHOLDEN"]["options"].to_string().contains("pressure"));
    // What can't be judged shows nothing, and breaks nothing.
    let empty = ask("From: a@example.org\r\nSubject: \r\n\r\n").unwrap();
    assert!(empty["symbols"]["BEHOLDEN"].is_null() && empty["symbols"]["BEHOLDEN_SPAMD"].is_null(), "{empty:#}");
    assert!(!log().contains("attempt to") && !log().contains("stack traceback"), "{}", log());
}

/// Where `.ci/run` unpacks Exim, which can't be installed beside Postfix.
fn exim() -> Option<PathBuf> {
    let folder = root().join("target/exim");
    let user = fs::read_to_string("/etc/passwd").is_ok_and(|u| u.contains("Debian-exim:"));
    if !folder.join("usr/sbin/exim4").is_file() || !user {
        assert!(std::env::var_os("CI").is_none(), "CI lacks Exim");
        note("skipped: Exim is not unpacked in target/exim, or has no user Debian-exim");
        return None;
    }
    is_root().then_some(folder)
}

#[test]
fn exim_asks_over_the_spamd_wire() {
    let Some(unpacked) = exim() else { return };
    let daemon = Daemon::start(&["--spamd", "127.0.0.1:0"]);
    let dir = OpenFolder::new("exim");
    let at = dir.0.display().to_string();
    let binary = unpacked.join("usr/sbin/exim4");
    let libraries = format!("{0}/usr/lib/x86_64-linux-gnu:{0}/usr/lib/aarch64-linux-gnu:{0}/usr/lib", unpacked.display());
    let address = readme_block("Exim", &[("127.0.0.1 783", &format!("127.0.0.1 {}", daemon.port("spamd")))]);
    let (main, acl) = address.split_once("\n\n").unwrap();
    fs::write(
        dir.0.join("conf"),
        format!(
            "exim_path = {}\nkeep_environment = LD_LIBRARY_PATH\nprimary_hostname = mail.example.net\nspool_directory = {at}/spool\n\
             log_file_path = {at}/log-%s\n{main}\nacl_smtp_rcpt = take\nacl_smtp_data = check_data\nbegin acl\ntake:\n  accept\n\
             check_data:\n{acl}\n  accept\nbegin routers\nall:\n  driver = accept\n  transport = box\nbegin transports\nbox:\n  \
             driver = appendfile\n  maildir_format\n  directory = {at}/box\n  create_directory\n  user = nobody\n  group = nogroup\n",
            binary.display()
        ),
    )
    .unwrap();
    fs::set_permissions(dir.0.join("conf"), fs::Permissions::from_mode(0o644)).unwrap();
    let exim = |args: &[&str], input: &str| {
        let mut command = Command::new(&binary);
        command.arg("-C").arg(dir.0.join("conf")).args(args).env("LD_LIBRARY_PATH", &libraries);
        run(&mut command, input.as_bytes())
    };
    for message in [PRESSURE, PLAIN] {
        let session = format!("EHLO x\r\nMAIL FROM:<a@example.net>\r\nRCPT TO:<b@example.org>\r\nDATA\r\n{message}.\r\nQUIT\r\n");
        let output = exim(&["-odq", "-bs"], &session);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    // Deliveries started by a session run with the privileges of the file, and the loader then takes no libraries from our
    // folder; a queue run by root is not so.
    assert!(exim(&["-qf"], "").status.success());
    let log = || {
        fs::read_to_string(dir.0.join("log-main")).unwrap_or_default()
            + &fs::read_to_string(dir.0.join("log-panic")).unwrap_or_default()
    };
    let delivered = wait_for("delivery", 20, || {
        let found = files(&dir.0.join("box/new"));
        // What goes wrong is in the log.
        (found.len() == 2 || log().contains(" == ") || log().contains(" ** ")).then_some(found)
    });
    assert_eq!(delivered.len(), 2, "{}", log());
    for (subject, message, flagged) in [("Your turn", PRESSURE, true), ("Tuesday", PLAIN, false)] {
        let found = delivered.iter().find(|m| m.contains(subject)).unwrap();
        // Exim judges the message with its own Received header, which changes nothing.
        assert!(found.contains(&format!("X-Beholden-Score: {:.1} of 5.0", score(message))), "{found}\n{}", log());
        assert_eq!(found.contains("X-Beholden-Flag: YES"), flagged, "{found}");
    }
    assert_eq!(daemon.events_once("message", 2).len(), 2);
}

#[test]
fn the_systemd_unit_is_one() {
    // Not every system has it, nor needs it.
    let analyze = PathBuf::from("/usr/bin/systemd-analyze");
    if !analyze.is_file() {
        return note("skipped: systemd-analyze is not installed");
    }
    let dir = folder("systemd");
    let unit = readme_block("systemd unit", &[("/usr/local/bin/beholden", beholden())]);
    let path = dir.join("beholden.service");
    fs::write(&path, unit).unwrap();
    let output = Command::new(&analyze).args(["verify", "--man=no"]).arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let about: Vec<&str> = said.lines().filter(|l| l.contains("beholden.service")).collect();
    assert!(about.is_empty(), "{said}");
    let rating = Command::new(&analyze).args(["security", "--offline=true", "--threshold=20"]).arg(&path).output().unwrap();
    let said = String::from_utf8_lossy(&rating.stdout).into_owned() + &String::from_utf8_lossy(&rating.stderr);
    assert!(rating.status.success(), "a hardened unit is exposed at 2.0 at most:\n{said}");
}
