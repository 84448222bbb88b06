-- The store's schema, version 1, as released. Never edited.
PRAGMA application_id = 0x4644544C;
PRAGMA user_version = 1;
CREATE TABLE log(log_id INTEGER PRIMARY KEY, origin TEXT NOT NULL UNIQUE,
  prev_origin TEXT, prev_size INTEGER, prev_root BLOB, opened_at INTEGER NOT NULL) STRICT;
CREATE TABLE entry(log_id INTEGER NOT NULL REFERENCES log, seq INTEGER NOT NULL CHECK(seq >= 0),
  uuid BLOB NOT NULL UNIQUE CHECK(length(uuid) = 16),
  body BLOB NOT NULL CHECK(length(body) BETWEEN 2 AND 65536),
  leaf BLOB NOT NULL CHECK(length(leaf) = 32), root BLOB NOT NULL CHECK(length(root) = 32),
  PRIMARY KEY(log_id, seq)) STRICT, WITHOUT ROWID;
CREATE TABLE checkpoint(log_id INTEGER NOT NULL REFERENCES log, size INTEGER NOT NULL, note BLOB NOT NULL,
  PRIMARY KEY(log_id, size)) STRICT, WITHOUT ROWID;
CREATE TABLE statement(digest BLOB PRIMARY KEY CHECK(length(digest) = 32), body BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE assertion(digest BLOB PRIMARY KEY CHECK(length(digest) = 32), stmt BLOB NOT NULL REFERENCES statement,
  cred BLOB NOT NULL, sshsig BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE object(digest BLOB PRIMARY KEY CHECK(length(digest) = 32), kind TEXT NOT NULL
  CHECK(kind IN ('policy','base','roster','registration','assertion','getinfo','metadata','import')),
  body BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE nonce(nonce BLOB PRIMARY KEY CHECK(length(nonce) = 16), stmt BLOB NOT NULL REFERENCES statement,
  used_at INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE approval(case_id TEXT NOT NULL, slot TEXT NOT NULL, person TEXT NOT NULL, stmt BLOB NOT NULL REFERENCES statement,
  voided_at INTEGER) STRICT;
CREATE UNIQUE INDEX approval_slot ON approval(case_id, slot) WHERE voided_at IS NULL;
CREATE UNIQUE INDEX approval_person ON approval(case_id, person) WHERE voided_at IS NULL;
CREATE TABLE subject_key(subject BLOB PRIMARY KEY CHECK(length(subject) = 16), wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE pii(commitment BLOB PRIMARY KEY CHECK(length(commitment) = 32), subject BLOB NOT NULL,
  sealed BLOB NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE case_list(case_id TEXT PRIMARY KEY, op TEXT NOT NULL, tier TEXT NOT NULL, state TEXT NOT NULL,
  sub TEXT NOT NULL, opened_at INTEGER NOT NULL, due_at INTEGER, last_seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX case_list_state ON case_list(state, due_at);
CREATE TABLE key_list(cred BLOB PRIMARY KEY CHECK(length(cred) = 32), sub TEXT, state TEXT NOT NULL, aaguid TEXT,
  registration BLOB REFERENCES object, since INTEGER NOT NULL, last_seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX key_list_sub ON key_list(sub);
CREATE TABLE person_list(person TEXT NOT NULL, cred BLOB NOT NULL UNIQUE CHECK(length(cred) = 32), pubkey BLOB NOT NULL UNIQUE,
  employee BLOB NOT NULL, team TEXT NOT NULL, roles TEXT NOT NULL, valid_after INTEGER NOT NULL, valid_before INTEGER NOT NULL,
  registration BLOB NOT NULL REFERENCES object, last_seq INTEGER NOT NULL, PRIMARY KEY(person, cred)) STRICT, WITHOUT ROWID;
CREATE TRIGGER entry_insert BEFORE INSERT ON entry
  WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), -1) + 1 FROM entry WHERE log_id = NEW.log_id)
    OR EXISTS (SELECT 1 FROM entry WHERE uuid = NEW.uuid)
  BEGIN SELECT RAISE(ABORT, 'entry: gap, replace or duplicate'); END;
CREATE TRIGGER entry_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry: append-only'); END;
CREATE TRIGGER entry_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry: append-only'); END;
