-- Judges the table `mail` (id, subject, text) and keeps the reports: one process on all cores, whatever the number of rows.
-- Only the fields that are named here are read; `beholden schema` describes them all. A row that can't be read has `error`,
-- one that can't be judged has `abstained`, and neither has a level. The last line of standard error, a sum, goes to the log.
CREATE TABLE reports ENGINE = MergeTree ORDER BY id AS
SELECT *
FROM executable(
    'beholden scan --no-config --input jsonl --format jsonl',
    JSONEachRow,
    'id UInt64,
     level Nullable(String),
     risk Nullable(UInt8),
     score Nullable(Float64),
     pressure_score Nullable(Float64),
     probability Tuple(goodwill Nullable(Float64), appeal Nullable(Float64), pressure Nullable(Float64)),
     findings Array(Tuple(
         tactic String, contribution Float64, distance UInt64, `order` String,
         evidence Array(Tuple(
             role String, rule String, part Nullable(String), zone String, negated Bool, text String,
             bytes Tuple(UInt64, UInt64), chars Tuple(UInt64, UInt64), line UInt64, column UInt64)))),
     notes Array(Tuple(code String, detail String)),
     version Tuple(beholden String, lexicon String, weights String),
     abstained Nullable(String),
     error Nullable(String)',
    (SELECT id, subject, text FROM mail),
    SETTINGS stderr_reaction = 'log_last', command_read_timeout = 60000, command_write_timeout = 60000);
