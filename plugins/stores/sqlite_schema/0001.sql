-- Everything is bytes handed over by the log; the leaf stands before the body so
-- that reading leaves alone does not pull long bodies in.
CREATE TABLE entry (
    idx INTEGER PRIMARY KEY,
    release TEXT,
    leaf BLOB NOT NULL,
    body BLOB NOT NULL
) STRICT;
CREATE INDEX entry_release ON entry (release, idx) WHERE release IS NOT NULL;
CREATE TABLE tile (
    idx INTEGER PRIMARY KEY,
    hash BLOB NOT NULL
) STRICT;
CREATE TABLE state (
    stream TEXT PRIMARY KEY,
    idx INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sealed (
    digest BLOB PRIMARY KEY,
    salt BLOB NOT NULL,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;
