//! Programs that tests run: where they are, folders to run them in, and how a test goes without one.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
#[cfg(feature = "serve")]
use std::time::{Duration, Instant};

/// Where a program is. Without it the test is skipped and says so, except in CI, which installs them all.
#[allow(clippy::print_stderr)]
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let places = std::env::var_os("PATH").unwrap_or_default();
    // Where .ci/python-tools puts what Python brings.
    let python = crate::root().join("target/python/bin");
    let more = ["/usr/sbin", "/usr/lib/dovecot", "/sbin"].map(PathBuf::from).into_iter().chain([python]);
    let found = std::env::split_paths(&places).chain(more).map(|p| p.join(name)).find(|p| p.is_file());
    if found.is_none() {
        assert!(std::env::var_os("CI").is_none(), "CI lacks {name}");
        eprintln!("skipped: {name} is not installed");
    }
    found
}

/// A new folder of this test's own.
pub(crate) fn folder(name: &str) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

/// A new folder that users other than ours can reach, removed when the test is over.
pub(crate) struct OpenFolder(pub PathBuf);

impl OpenFolder {
    pub fn new(name: &str) -> Self {
        use std::os::unix::fs::PermissionsExt as _;
        let path = std::env::temp_dir().join(format!("beholden-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o777)).unwrap();
        Self(path)
    }
}

impl Drop for OpenFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The messages in a folder of files, in the order of their names.
pub(crate) fn files(folder: &Path) -> Vec<String> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).map(|d| d.map(|e| e.unwrap().path()).collect()).unwrap_or_default();
    paths.sort();
    paths.iter().filter(|p| p.is_file()).map(|p| String::from_utf8_lossy(&fs::read(p).unwrap()).into_owned()).collect()
}

/// Runs a command on an input, away from the settings of whoever runs the tests.
pub(crate) fn run(command: &mut Command, input: &[u8]) -> Output {
    let mut child =
        command.envs(crate::no_settings()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    feed(&mut child, input);
    child.wait_with_output().unwrap()
}

/// Writes the input on a thread of its own, since the program may write before it has read all.
pub(crate) fn feed(child: &mut Child, input: &[u8]) {
    use std::io::Write as _;
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
}

/// Asks again and again, up to a bound.
#[cfg(feature = "serve")]
pub(crate) fn wait_for<T>(what: &str, seconds: u64, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + Duration::from_secs(seconds);
    loop {
        if let Some(found) = ask() {
            return found;
        }
        assert!(Instant::now() < end, "{what} did not happen within {seconds} s");
        std::thread::sleep(Duration::from_millis(20));
    }
}
