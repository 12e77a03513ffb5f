-- Judges whole messages as they came off the wire. JSON holds no bytes that are not UTF-8, and mail does, hence base64.
SELECT id, level, risk, findings.tactic AS tactics, error
FROM executable(
    'beholden scan --no-config --input jsonl --format jsonl',
    JSONEachRow,
    'id UInt64, level Nullable(String), risk Nullable(UInt8), findings Array(Tuple(tactic String)), error Nullable(String)',
    (SELECT id, base64Encode(message) AS message_base64 FROM raw_mail ORDER BY id),
    SETTINGS stderr_reaction = 'log_last', command_read_timeout = 60000, command_write_timeout = 60000);
