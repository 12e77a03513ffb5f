//! What `--help` adds below the flags: examples to copy, and what the exit status says.
//!
//! A part is a title with a colon and its lines; a command to copy is indented by six. The man pages show the same parts.

pub(crate) const BEHOLDEN: &str = "\
Examples:
  Read one mail, and see the gift, the request and the pressure marked in it:
      beholden scan mail.eml
  Judge a piece of text:
      echo 'After all I did for you, the least you could do is lend me $20.' | beholden scan
  See a whole mail folder, the riskiest message first:
      beholden scan --sort risk --only appeal Maildir
  Know why it has its verdict, and what would alter it:
      beholden explain mail.eml
  One page for a browser, over a whole folder:
      beholden scan --format html Maildir > report.html
  Add the verdict to a mail's headers:
      beholden filter < mail.eml
  See what a command can do, with examples:
      beholden scan --help

Exit status:
  0 done; 1 something reached --fail-on; 2 an error somewhere, after all else was done";

pub(crate) const SCAN: &str = "\
Examples:
  One mail, with its evidence marked in it:
      beholden scan mail.eml
  Text from another program:
      pdftotext letter.pdf - | beholden scan
  A Maildir, one JSON report a line:
      beholden scan --format jsonl Maildir
  The riskiest of an archive first, as a table for a spreadsheet:
      beholden scan --sort risk --only appeal --format csv archive.mbox.gz > risky.csv
  Only what is new since the last time:
      beholden scan --state seen.txt Maildir
  Stop a script when a text leans on debt or guilt:
      beholden scan --fail-on pressure newsletter.txt && echo fine
  Texts from a program, one JSON object a line, each answered at once:
      echo '{\"id\":1,\"text\":\"Please give.\"}' | beholden scan --input jsonl --format jsonl
  With rules of your own beside the built-in ones:
      beholden scan --lexicon rules/ mail.eml
  In plain sentences, as a screen reader wants them:
      beholden scan mail.eml | less
  Ask honestly yourself: what in a draft leans on a debt, and how to ask plainly:
      beholden scan --advise draft.txt

Exit status:
  0 done; 1 something reached --fail-on; 2 an error somewhere, after all else was done";

pub(crate) const FILTER: &str = "\
Examples:
  See the headers that a mail would get:
      beholden filter < mail.eml | head
  Count a message from risk 70 on, for programs that read SpamAssassin's headers:
      beholden filter --required 7.0 --sa-compat < mail.eml
  In procmail, where a message that could not be judged is to be tried again:
      beholden filter --strict

Exit status:
  0 whatever the verdict; 75 when the message could not be read or written in full, and with
  --strict also when it could not be judged, so that the mail system tries again";

pub(crate) const SERVE: &str = "\
Examples:
  Answer HTTP on 127.0.0.1, at POST /v1/analyze:
      beholden serve --http 8783
  For Postfix, as a milter that only adds headers:
      beholden serve --milter 8784
  For Rspamd, Exim or spamc, on the usual port of spamd and on a socket:
      beholden serve --spamd --spamd unix:/run/beholden/spamd.sock
  Put messages that lean hard into quarantine, and refuse the worst:
      beholden serve --milter 8784 --quarantine-at pressure --reject-at 95";

pub(crate) const EXPLAIN: &str = "\
Examples:
  Why a mail has its verdict:
      beholden explain mail.eml
  With a rule left out:
      beholden explain --what-if obligation.guilt.after_all=0 mail.eml
  With another weight, and a rule switched off:
      beholden explain --what-if tie.same=0.5 --what-if gift.free=off < mail.eml
  How a tactic works, and how to answer it:
      beholden explain --tactic guilt";

pub(crate) const CONFIG: &str = "\
Examples:
  What is in force here, and which line says so:
      beholden config
  The same for a program:
      beholden config --format json

A beholden.toml, all of it optional:
  lexicons = [\"rules/own.toml\"]            # files or folders, from where this file stands
  off = [\"gift.promise\"]                   # rules or families that are not to count

  [weights]                                 # of a rule, or of a source that explain names
  \"obligation.guilt\" = 0.5
  \"tie.same\" = { appeal = 0.2, pressure = 0 }

  [thresholds]                              # the probability from which on a level is given
  appeal = 0.6

  [allow]
  phrases = [\"thank you for your business\"]  # cues wholly within it are left out
  senders = [\"example.org\"]                # an address, or a domain with all below it: not judged";

pub(crate) const RULES: &str = "\
Examples:
  See what the rules look for:
      beholden rules list
  See one of them, with its examples and what it earned:
      beholden rules show obligation.guilt.after_all
  Check the examples of your own rules, and look them over:
      beholden rules test mine.toml
      beholden rules lint mine.toml";

pub(crate) const RULES_LIST: &str = "\
Examples:
  Every rule with its tactic and what it is for:
      beholden rules list
  Those that speak of obligation:
      beholden rules list --role obligation
  Those of a tactic, for a program:
      beholden rules list --tactic favor_debt --format json

Rules are listed and shown as the beholden.toml in force makes them: with its lexicons, its weights, and those that are off.";

pub(crate) const RULES_SHOW: &str = "\
Examples:
  What a rule is for, its patterns and examples, its weight, and what it earned:
      beholden rules show obligation.guilt.after_all
  The same for a program:
      beholden rules show obligation.guilt.after_all --format json";

pub(crate) const RULES_LINT: &str = "\
Examples:
  Find what is wrong with your own rules before it costs a verdict, and with the overrides in force:
      beholden rules lint mine.toml
  The beholden.toml in force and the lexicons that it names, else the built-in ones:
      beholden rules lint

A file of a checkout's own lexicons/en stands for the built-in one of its name. lexicons/README.md lists what is found.

Exit status:
  0 nothing is wrong, but for warnings; 1 a finding of level error; 2 a file can't be read";

pub(crate) const RULES_SCHEMA: &str = "\
Examples:
  The schema in a file, for an editor:
      beholden rules schema > lexicon.schema.json";

pub(crate) const RULES_TEST: &str = "\
Examples:
  The examples of every built-in rule:
      beholden rules test
  Those of your own rules too, in the company of the built-in ones:
      beholden rules test mine.toml

The lexicons of the beholden.toml in force are tested too, and rules that it switches off: --no-config leaves it out. A file of a checkout's own lexicons/en stands for the built-in one of its name.

Exit status:
  0 every example does what it says; 1 one does not; 2 a file can't be read";

pub(crate) const EVAL: &str = "\
Examples:
  How right the verdicts are on labelled messages:
      beholden eval corpus/open.jsonl
  What each rule does there, and the messages that were judged wrongly:
      beholden eval --rules --confusions corpus/open.jsonl
  Another tool by the same yardstick, from its verdicts as {\"id\",\"level\"} lines:
      beholden eval --predictions theirs.jsonl corpus/measure.jsonl

Labelled messages:
  one JSON object a line: {\"id\":\"1\",\"text\":\"...\",\"level\":3}, with the level 0 for none, 1 for
  goodwill, 2 for appeal and 3 for pressure, and subject, source, tactics and spans where known";

pub(crate) const LEARN: &str = "\
Examples:
  What fitting would give, by cross-validation, without writing anything:
      beholden learn corpus/open.jsonl
  Fit the weights and keep them:
      beholden learn corpus/open.jsonl -o weights.json
  Use them where verdicts are measured:
      beholden eval --weights weights.json corpus/measure.jsonl

The weights are those of the built-in families: no lexicon is added and no configuration read. What each rule earned is measured
afterwards, with the weights that were accepted, by `beholden eval --rules --earned FILE`.";

pub(crate) const SCHEMA: &str = "\
Examples:
  The schema in a file, for a validator or a code generator:
      beholden schema > report.schema.json";

pub(crate) const COMPLETIONS: &str = "\
Examples:
  bash, for you alone:
      beholden completions bash > ~/.local/share/bash-completion/completions/beholden
  zsh, in a folder that stands in $fpath:
      beholden completions zsh > ~/.zfunc/_beholden
  fish:
      beholden completions fish > ~/.config/fish/completions/beholden.fish
  PowerShell, for this session:
      beholden completions powershell | Out-String | Invoke-Expression";

pub(crate) const MAN: &str = "\
Examples:
  Read the page of the command itself:
      beholden man | man -l -
  Write a page for every command where man looks for them:
      beholden man ~/.local/share/man/man1";
