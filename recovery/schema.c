/* SPDX-License-Identifier: Apache-2.0 */
/* schema.c - the migrations. Each is run as one transaction with the change of
 * user_version. Kept as a dump in tests/data/schema-<version>.sql. */
#include "recovery/schema.h"

#include <glib.h>

/* clang-format off */
static const char *const migrations[] = {
  /* 1: the record, its evidence, the vault and the lists for queries. The
   * trigger before INSERT also stops INSERT OR REPLACE, which goes past the
   * DELETE trigger unless recursive_triggers is on (measured, 3.40.1). */
  "CREATE TABLE log(log_id INTEGER PRIMARY KEY, origin TEXT NOT NULL UNIQUE,\n"
  "  prev_origin TEXT, prev_size INTEGER, prev_root BLOB, opened_at INTEGER NOT NULL) STRICT;\n"
  "CREATE TABLE entry(log_id INTEGER NOT NULL REFERENCES log, seq INTEGER NOT NULL CHECK(seq >= 0),\n"
  "  uuid BLOB NOT NULL UNIQUE CHECK(length(uuid) = 16),\n"
  "  body BLOB NOT NULL CHECK(length(body) BETWEEN 2 AND 65536),\n"
  "  leaf BLOB NOT NULL CHECK(length(leaf) = 32), root BLOB NOT NULL CHECK(length(root) = 32),\n"
  "  PRIMARY KEY(log_id, seq)) STRICT, WITHOUT ROWID;\n"
  "CREATE TABLE checkpoint(log_id INTEGER NOT NULL REFERENCES log, size INTEGER NOT NULL, note BLOB NOT NULL,\n"
  "  PRIMARY KEY(log_id, size)) STRICT, WITHOUT ROWID;\n"
  "CREATE TABLE statement(digest BLOB PRIMARY KEY CHECK(length(digest) = 32), body BLOB NOT NULL) STRICT, WITHOUT ROWID;\n"
  "CREATE TABLE assertion(digest BLOB PRIMARY KEY CHECK(length(digest) = 32), stmt BLOB NOT NULL REFERENCES statement,\n"
  "  cred BLOB NOT NULL, sshsig BLOB NOT NULL) STRICT, WITHOUT ROWID;\n"
  "CREATE TABLE object(digest BLOB PRIMARY KEY CHECK(length(digest) = 32), kind TEXT NOT NULL\n"
  "  CHECK(kind IN ('policy','base','roster','registration','assertion','getinfo','metadata','import')),\n"
  "  body BLOB NOT NULL) STRICT, WITHOUT ROWID;\n"
  "CREATE TABLE nonce(nonce BLOB PRIMARY KEY CHECK(length(nonce) = 16), stmt BLOB NOT NULL REFERENCES statement,\n"
  "  used_at INTEGER) STRICT, WITHOUT ROWID;\n"
  "CREATE TABLE approval(case_id TEXT NOT NULL, slot TEXT NOT NULL, person TEXT NOT NULL, stmt BLOB NOT NULL REFERENCES statement,\n"
  "  voided_at INTEGER) STRICT;\n"
  "CREATE UNIQUE INDEX approval_slot ON approval(case_id, slot) WHERE voided_at IS NULL;\n"
  "CREATE UNIQUE INDEX approval_person ON approval(case_id, person) WHERE voided_at IS NULL;\n"
  "CREATE TABLE subject_key(subject BLOB PRIMARY KEY CHECK(length(subject) = 16), wrapped BLOB NOT NULL) STRICT, WITHOUT ROWID;\n"
  "CREATE TABLE pii(commitment BLOB PRIMARY KEY CHECK(length(commitment) = 32), subject BLOB NOT NULL,\n"
  "  sealed BLOB NOT NULL, expires_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;\n"
  "CREATE TABLE case_list(case_id TEXT PRIMARY KEY, op TEXT NOT NULL, tier TEXT NOT NULL, state TEXT NOT NULL,\n"
  "  sub TEXT NOT NULL, opened_at INTEGER NOT NULL, due_at INTEGER, last_seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;\n"
  "CREATE INDEX case_list_state ON case_list(state, due_at);\n"
  "CREATE TABLE key_list(cred BLOB PRIMARY KEY CHECK(length(cred) = 32), sub TEXT, state TEXT NOT NULL, aaguid TEXT,\n"
  "  registration BLOB REFERENCES object, since INTEGER NOT NULL, last_seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;\n"
  "CREATE INDEX key_list_sub ON key_list(sub);\n"
  "CREATE TABLE person_list(person TEXT NOT NULL, cred BLOB NOT NULL UNIQUE CHECK(length(cred) = 32), pubkey BLOB NOT NULL UNIQUE,\n"
  "  employee BLOB NOT NULL, team TEXT NOT NULL, roles TEXT NOT NULL, valid_after INTEGER NOT NULL, valid_before INTEGER NOT NULL,\n"
  "  registration BLOB NOT NULL REFERENCES object, last_seq INTEGER NOT NULL, PRIMARY KEY(person, cred)) STRICT, WITHOUT ROWID;\n"
  "CREATE TRIGGER entry_insert BEFORE INSERT ON entry\n"
  "  WHEN NEW.seq IS NOT (SELECT coalesce(max(seq), -1) + 1 FROM entry WHERE log_id = NEW.log_id)\n"
  "    OR EXISTS (SELECT 1 FROM entry WHERE uuid = NEW.uuid)\n"
  "  BEGIN SELECT RAISE(ABORT, 'entry: gap, replace or duplicate'); END;\n"
  "CREATE TRIGGER entry_update BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'entry: append-only'); END;\n"
  "CREATE TRIGGER entry_delete BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'entry: append-only'); END;\n",
};
/* clang-format on */

size_t
recovery_schema_version(void)
{
  return G_N_ELEMENTS(migrations);
}

const char *
recovery_schema_migration(size_t version)
{
  g_assert(version >= 1 && version <= G_N_ELEMENTS(migrations));
  return migrations[version - 1];
}
