/* SPDX-License-Identifier: Apache-2.0 */
/* store-sql.c - the SQL of the store, in one table. */
#include "recovery/store-private.h"

/* There is one log so far; the next epoch will be a row more. */
#define LOG "1"

const char *const recovery_store_sql[RECOVERY_STORE_N_STATEMENTS] = {
    [RECOVERY_STORE_LOGS] = "SELECT log_id, origin FROM log ORDER BY log_id",
    [RECOVERY_STORE_ADD_LOG] = "INSERT INTO log (log_id, origin, opened_at)"
                               " VALUES (" LOG ", ?1, ?2)",
    [RECOVERY_STORE_APPEND] =
        "INSERT INTO entry (log_id, seq, uuid, body, leaf, root)"
        " VALUES (" LOG ", ?1, ?2, ?3, ?4, ?5)",
    [RECOVERY_STORE_SIZE] =
        "SELECT coalesce(max(seq), -1) + 1 FROM entry WHERE log_id = " LOG,
    [RECOVERY_STORE_STRAYS] = "SELECT count(*) FROM entry WHERE log_id <> " LOG,
    [RECOVERY_STORE_ENTRY] = "SELECT seq, uuid, body, leaf, root FROM entry"
                             " WHERE log_id = " LOG " AND seq = ?1",
    [RECOVERY_STORE_ENTRIES] =
        "SELECT seq, uuid, body, leaf, root FROM entry"
        " WHERE log_id = " LOG " AND seq >= ?1 AND seq < ?2 ORDER BY seq",
    [RECOVERY_STORE_FIND_UUID] = "SELECT 1 FROM entry WHERE uuid = ?1",
    [RECOVERY_STORE_ADD_CHECKPOINT] =
        "INSERT INTO checkpoint (log_id, size, note)"
        " VALUES (" LOG ", ?1, ?2) ON CONFLICT DO NOTHING",
    [RECOVERY_STORE_LAST_CHECKPOINT] =
        "SELECT size, note FROM checkpoint WHERE log_id = " LOG
        " ORDER BY size DESC LIMIT 1",
    [RECOVERY_STORE_PUT_OBJECT] =
        "INSERT INTO object (digest, kind, body) VALUES (?1, ?2, ?3)"
        " ON CONFLICT DO NOTHING",
    [RECOVERY_STORE_OBJECT] = "SELECT body, kind FROM object WHERE digest = ?1",
    [RECOVERY_STORE_PUT_STATEMENT] =
        "INSERT INTO statement (digest, body) VALUES (?1, ?2)"
        " ON CONFLICT DO NOTHING",
    [RECOVERY_STORE_STATEMENT] = "SELECT body FROM statement WHERE digest = ?1",
    [RECOVERY_STORE_PUT_ASSERTION] =
        "INSERT INTO assertion (digest, stmt, cred, sshsig)"
        " VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
    [RECOVERY_STORE_ASSERTION] =
        "SELECT sshsig, stmt, cred FROM assertion WHERE digest = ?1",
    [RECOVERY_STORE_PUT_NONCE] =
        "INSERT INTO nonce (nonce, stmt) VALUES (?1, ?2)",
    [RECOVERY_STORE_USE_NONCE] = "UPDATE nonce SET used_at = ?2"
                                 " WHERE nonce = ?1 AND used_at IS NULL",
    [RECOVERY_STORE_NONCE] = "SELECT stmt, used_at FROM nonce WHERE nonce = ?1",
    [RECOVERY_STORE_DROP_NONCE] =
        "DELETE FROM nonce WHERE nonce = ?1 AND used_at IS NULL",
    [RECOVERY_STORE_DROP_STATEMENT] =
        "DELETE FROM statement WHERE digest = ?1"
        " AND NOT EXISTS (SELECT 1 FROM nonce WHERE stmt = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM assertion WHERE stmt = ?1)"
        " AND NOT EXISTS (SELECT 1 FROM approval WHERE stmt = ?1)",
    [RECOVERY_STORE_UNUSED] =
        "SELECT nonce, body FROM nonce JOIN statement ON digest = stmt"
        " WHERE used_at IS NULL ORDER BY nonce",
    [RECOVERY_STORE_PUT_SUBJECT_KEY] =
        "INSERT INTO subject_key (subject, wrapped)"
        " VALUES (?1, ?2)",
    [RECOVERY_STORE_SUBJECT_KEY] =
        "SELECT wrapped FROM subject_key WHERE subject = ?1",
    [RECOVERY_STORE_PUT_PII] =
        "INSERT INTO pii (commitment, subject, sealed, expires_at)"
        " VALUES (?1, ?2, ?3, ?4)",
    [RECOVERY_STORE_PII] =
        "SELECT subject, sealed FROM pii WHERE commitment = ?1",
    [RECOVERY_STORE_DROP_PII] = "DELETE FROM pii WHERE commitment = ?1",
    [RECOVERY_STORE_ALL_PII] =
        "SELECT commitment, subject, sealed FROM pii ORDER BY commitment",
    [RECOVERY_STORE_PUT_CASE] =
        "INSERT INTO case_list (case_id, op, tier, state, sub, opened_at, "
        "due_at,"
        " last_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(?7, 0), ?8)"
        " ON CONFLICT (case_id) DO UPDATE SET op = excluded.op,"
        " tier = excluded.tier, state = excluded.state, sub = excluded.sub,"
        " opened_at = excluded.opened_at, due_at = excluded.due_at,"
        " last_seq = excluded.last_seq",
    [RECOVERY_STORE_PUT_KEY] =
        "INSERT INTO key_list (cred, sub, state, aaguid, registration, since,"
        " last_seq) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        " ON CONFLICT (cred) DO UPDATE SET sub = excluded.sub,"
        " state = excluded.state, aaguid = excluded.aaguid,"
        " registration = excluded.registration, since = excluded.since,"
        " last_seq = excluded.last_seq",
    [RECOVERY_STORE_PUT_PERSON] =
        "INSERT INTO person_list (person, cred, pubkey, employee, team, roles,"
        " valid_after, valid_before, registration, last_seq)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
        " ON CONFLICT (person, cred) DO UPDATE SET pubkey = excluded.pubkey,"
        " employee = excluded.employee, team = excluded.team,"
        " roles = excluded.roles, valid_after = excluded.valid_after,"
        " valid_before = excluded.valid_before,"
        " registration = excluded.registration, last_seq = excluded.last_seq",
    [RECOVERY_STORE_PUT_APPROVAL] =
        "INSERT INTO approval (case_id, slot, person, stmt)"
        " VALUES (?1, ?2, ?3, ?4)",
    [RECOVERY_STORE_VOID_APPROVALS] =
        "UPDATE approval SET voided_at = ?2"
        " WHERE case_id = ?1 AND voided_at IS NULL",
    [RECOVERY_STORE_CLEAR_APPROVALS] = "DELETE FROM approval",
    [RECOVERY_STORE_CLEAR_CASES] = "DELETE FROM case_list",
    [RECOVERY_STORE_CLEAR_KEYS] = "DELETE FROM key_list",
    [RECOVERY_STORE_CLEAR_PERSONS] = "DELETE FROM person_list",
    [RECOVERY_STORE_DUMP] =
        "SELECT 'approval ' || quote(case_id) || ' ' || quote(slot) || ' ' ||"
        "  quote(person) || ' ' || quote(stmt) || ' ' || quote(voided_at) AS "
        "line"
        "  FROM approval "
        "UNION ALL SELECT 'case ' || quote(case_id) || ' ' || quote(op) || ' ' "
        "||"
        "  quote(tier) || ' ' || quote(state) || ' ' || quote(sub) || ' ' ||"
        "  opened_at || ' ' || quote(due_at) || ' ' || last_seq FROM case_list "
        "UNION ALL SELECT 'key ' || quote(cred) || ' ' || quote(sub) || ' ' ||"
        "  quote(state) || ' ' || quote(aaguid) || ' ' || quote(registration) "
        "||"
        "  ' ' || since || ' ' || last_seq FROM key_list "
        "UNION ALL SELECT 'person ' || quote(person) || ' ' || quote(cred) ||"
        "  ' ' || quote(pubkey) || ' ' || quote(employee) || ' ' ||"
        "  quote(team) || ' ' || quote(roles) || ' ' || valid_after || ' ' ||"
        "  valid_before || ' ' || quote(registration) || ' ' || last_seq"
        "  FROM person_list ORDER BY line",
};
