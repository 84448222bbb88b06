/* SPDX-License-Identifier: Apache-2.0 */
/* station.h - one station: its record, its cases, and the four things that may
 * be asked of it. Texts are JSON; the service only carries them. */
#pragma once

#include <openssl/evp.h>

#include "recovery/caller.h"
#include "recovery/policy.h"
#include "recovery/record.h"

typedef struct RecoveryStation RecoveryStation;

/* Who is at the other end of a connection, by the peer's uid. */
typedef enum {
  RECOVERY_PEER_KIOSK, /* the kiosk's user */
  RECOVERY_PEER_STAFF, /* a member of the station's group */
  RECOVERY_PEER_ADMIN, /* root; in practice the owner of the folder */
  RECOVERY_PEER_CALLER, /* a program that asks for decisions, and no more */
} RecoveryPeer;

/* What each is called, in a status and in the journal. */
static inline const char *
recovery_station_peer_name(RecoveryPeer peer)
{
  return peer == RECOVERY_PEER_KIOSK    ? "kiosk"
         : peer == RECOVERY_PEER_STAFF  ? "staff"
         : peer == RECOVERY_PEER_CALLER ? "caller"
                                        : "administrator";
}

/* One connection: its peer, and the roles that were activated on it. */
typedef struct RecoverySession RecoverySession;
RecoverySession *recovery_session_new(RecoveryPeer peer);
/* Whom its decisions are answered to; must outlive it. NULL: nobody. */
void recovery_session_set_caller(RecoverySession *session,
                                 const RecoveryCaller *caller);
void recovery_session_free(RecoverySession *session);
/* No role is active on it any more. */
void recovery_session_end_roles(RecoverySession *session);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoverySession, recovery_session_free)

/* What the library asks of the program around it. */
typedef struct {
  /* The time now. */
  void (*clock)(RecoveryMoment *ret_moment, void *data);
  /* The judge worker: request in, answer out (fidotool/judge/request.h). */
  char *(*judge)(const char *request, size_t len, void *data, GError **error);
  /* What the judge knows beside its requests from now on: a pack
   * (fidotool/pack.h), or NULL for nothing. Answers what is in it
   * (fidotool/judge/taught.h). */
  char *(*teach)(GBytes *pack, void *data, GError **error);
  /* Carries a notice out: name is unique and safe as a file name. Doing it
   * twice with the same name and text is harmless. */
  bool (*notice)(const char *name, const char *text, void *data,
                 GError **error);
  /* Small files beside the record ("roots.pem"). load: NULL and no error
   * where there is none. */
  bool (*save)(const char *name, GBytes *bytes, void *data, GError **error);
  GBytes *(*load)(const char *name, void *data, GError **error);
  /* Room where the record is, in bytes; false where it is not known. NULL:
   * never. */
  bool (*room)(int64_t *ret_free, int64_t *ret_total, void *data);
  void *data;
} RecoveryHooks;

typedef struct {
  const char *store_path;
  bool practice;
  EVP_PKEY *station_key;   /* Ed25519, signs checkpoints */
  EVP_PKEY *machine_key;   /* Ed25519, this station as a machine */
  EVP_PKEY *plan_key;      /* Ed25519, signs plans for keyhelper */
  uint8_t kek[32];         /* wraps the keys of personal data */
  const char *build;       /* "version+sha256 of the executable" */
  const char *judge_build; /* the same of the judge worker; NULL: not known */
  RecoveryHooks hooks;
} RecoveryStationConfig;

/*
 * Opens the station: the record is checked and replayed, unfinished effects
 * are carried out. An empty store waits for station.init.
 * errors  RECOVERY_ERROR_DAMAGED, RECOVERY_ERROR_RECORD
 */
RecoveryStation *recovery_station_open(const RecoveryStationConfig *config,
                                       GError **error);
/* Records station.stop and a checkpoint. Freeing alone records nothing. */
bool recovery_station_close(RecoveryStation *station, GError **error);
void recovery_station_free(RecoveryStation *station);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(RecoveryStation, recovery_station_free)

/*
 * The four requests. Each takes a JSON object and returns one, freed with
 * g_free(): an answer, or a refusal {"refused":[{"rule","text","enough"}]}.
 * Who acts is "actor", a person of the roster, or "cred", the credential id of
 * their key in base64 (not in roster.enrol, where cred is its hash). Queries
 * are in recovery/query.h.
 * errors  RECOVERY_ERROR_USAGE (a request that makes no sense), RECORD (the
 *         record could not be written; nothing was done), DAMAGED, FAILED
 */
char *recovery_station_propose(RecoveryStation *station,
                               RecoverySession *session, const char *request,
                               GError **error);
char *recovery_station_submit(RecoveryStation *station,
                              RecoverySession *session, const char *request,
                              GError **error);
char *recovery_station_query(RecoveryStation *station, RecoverySession *session,
                             const char *request, GError **error);
/* The bundle of a submitted export.made: {"statement":"<its sha256 hex>"}.
 * An array for recovery_tar_write(), once; NULL and error otherwise. */
GPtrArray *recovery_station_export(RecoveryStation *station,
                                   RecoverySession *session,
                                   const char *request, GError **error);

/* Everything that time brings: waits that end, statements and cases that
 * expire, notices to send again, heartbeat. To be called about each second. */
bool recovery_station_tick(RecoveryStation *station, GError **error);

/*
 * Makes the lists for queries (projections) again from the entries, in one
 * transaction: for a store whose lists were lost or are of an earlier form.
 * errors  RECOVERY_ERROR_RECORD, DAMAGED
 */
bool recovery_station_project(RecoveryStation *station, GError **error);

/* Entries in the record: it has changed when this has. */
int64_t recovery_station_size(const RecoveryStation *station);
