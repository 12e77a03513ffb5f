-- Judges every block that is inserted into `mail`, as it is inserted; the function is in beholden_function.xml.
CREATE MATERIALIZED VIEW judged ENGINE = MergeTree ORDER BY id AS
SELECT
    id,
    beholden(formatRowNoNewline('JSONEachRow', id, subject, text)) AS report,
    JSONExtract(report, 'level', 'Nullable(String)') AS level,
    JSONExtract(report, 'risk', 'Nullable(UInt8)') AS risk,
    JSONExtract(report, 'findings', 'Array(Tuple(tactic String, contribution Float64))') AS findings,
    JSONExtract(report, 'error', 'Nullable(String)') AS error
FROM mail;
