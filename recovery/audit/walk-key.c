/* SPDX-License-Identifier: Apache-2.0 */
/* walk-key.c - registrations and assertions: read from their files, judged by
 * the judge library, tied to the case they belong to. */
#include <string.h>

#include "fidotool/bytes.h"
#include "recovery/audit/credential-file.h"
#include "recovery/audit/walk-parts.h"

static const char *
text_of(const FidotoolJson *json, const char *name)
{
  return fidotool_json_get_text(json, name);
}

/* Client data */

/* What a key answers to in a case: SHA-256(word || 0x00 || digest || nonce). */
static void
make_challenge(const char *word, const char *case_digest, const char *nonce,
               uint8_t ret_challenge[32])
{
  uint8_t digest[32], salt[16];
  FidotoolPiece pieces[] = {{word, strlen(word) + 1}, {digest, 32}, {salt, 16}};

  if (!fidotool_bytes_unhex(case_digest, digest, 32) ||
      !fidotool_bytes_unhex(nonce, salt, 16))
    g_assert_not_reached(); /* the forms of fields are checked before */
  fidotool_bytes_sha256_of(pieces, G_N_ELEMENTS(pieces), ret_challenge);
}

/* The client data in the file, or in their one spelling where the file has
 * none; their hash is the one in the file. */
static GBytes *
take_client_data(const RecoveryCredentialFile *parts, const char *type,
                 const char *challenge, const char *origin, GError **error)
{
  g_autoptr(GBytes) data = NULL;
  uint8_t digest[32];

  if (parts->cdj.data != NULL) {
    data = g_bytes_new(parts->cdj.data, parts->cdj.len);
  } else {
    g_autofree char *text =
        g_strdup_printf("{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":"
                        "\"%s\",\"crossOrigin\":false}",
                        type, challenge, origin);

    data = g_bytes_new(text, strlen(text));
  }
  fidotool_bytes_sha256(g_bytes_get_data(data, NULL), g_bytes_get_size(data),
                        digest);
  if (memcmp(digest, parts->cdh.data, 32) != 0) {
    recovery_walk_fail(error, "has client data of another hash, or is not made "
                              "for this case");
    return NULL;
  }
  return g_steal_pointer(&data);
}

/* Requests to the judge */

static void
set_url(FidotoolJson *json, const char *name, FidotoolSlice bytes)
{
  g_autofree char *text = fidotool_bytes_base64url(bytes.data, bytes.len);

  fidotool_json_set_text(json, name, text);
}

static FidotoolJson *
new_options(const char *rp_id)
{
  FidotoolJson *options = fidotool_json_new_object();
  FidotoolJson *algs;

  fidotool_json_set_text(options, "rp_id", rp_id);
  fidotool_json_set_int(options, "require_uv", 1);
  algs = fidotool_json_set(options, "algs", fidotool_json_new_array());
  fidotool_json_append(algs, fidotool_json_new_int(-7));
  fidotool_json_append(algs, fidotool_json_new_int(-8));
  return options;
}

static void
set_roots(const RecoveryWalk *walk, FidotoolJson *request)
{
  FidotoolJson *anchors =
      fidotool_json_set(request, "anchors", fidotool_json_new_array());

  for (unsigned i = 0; i < walk->trust->roots->len; i++)
    fidotool_json_append_text(anchors,
                              g_ptr_array_index(walk->trust->roots, i));
}

/* Sends it; takes it. The answer, or NULL where it could not be read. */
static FidotoolJson *
ask(RecoveryWalk *walk, FidotoolJson *request, GError **error)
{
  g_autoptr(FidotoolJson) taken = request;
  gsize len, answer_len;
  g_autofree char *text = NULL;
  g_autofree char *answer = NULL;
  g_autoptr(FidotoolJson) json = NULL;
  const char *why;

  fidotool_json_set_int(taken, "at",
                        walk->judged_seq == walk->seq ? walk->judged_s
                                                      : walk->now_ms / 1000);
  text = fidotool_json_write(taken, &len);
  answer = fidotool_request_judge_with(walk->judge, text, len, &answer_len);
  json = fidotool_json_parse(answer, answer_len, error);
  why = text_of(json, "error");
  if (json == NULL)
    return NULL;
  if (why == NULL || *why != '\0') {
    recovery_walk_fail(error, "cannot be judged: %s", why);
    return NULL;
  }
  return g_steal_pointer(&json);
}

static const char *
first_failed(const FidotoolJson *answer)
{
  const char *id = fidotool_json_text(
      fidotool_json_at(fidotool_json_get(answer, "failed"), 0));

  return id == NULL ? "no check by name" : id;
}

/* No key is taken of a model that the metadata in force said something bad of.
 */
static bool
check_standing(const FidotoolJson *answer, GError **error)
{
  const char *text = text_of(answer, "result");
  g_autoptr(FidotoolJson) result =
      text == NULL ? NULL : fidotool_json_parse(text, strlen(text), NULL);
  const FidotoolJson *then =
      fidotool_json_get(fidotool_json_get(result, "metadata"), "then");
  const char *bad =
      fidotool_json_text(fidotool_json_at(fidotool_json_get(then, "bad"), 0));

  return bad == NULL ||
         recovery_walk_fail(
             error, "is of a model that stood badly in the metadata (%s)", bad);
}

/* Statement, flags and attestation of a registration, in an answer. */
static bool
check_answer(const char *digest, const FidotoolJson *answer, bool staff,
             bool anchored, GError **error)
{
  const char *statement = text_of(answer, "statement");
  const char *type = text_of(answer, "type");
  bool attested = g_strcmp0(type, "basic") == 0 ||
                  g_strcmp0(type, "attca") == 0 ||
                  g_strcmp0(type, "anonca") == 0;

  if (g_strcmp0(statement, "valid") != 0)
    return recovery_walk_fail(error, "registration %s is not valid (%s)",
                              digest, first_failed(answer));
  if (staff && (fidotool_json_get_int(answer, "be", 1) != 0 ||
                fidotool_json_get_int(answer, "bs", 1) != 0))
    return recovery_walk_fail(error, "registration %s is not bound to a device",
                              digest);
  if (!attested)
    return recovery_walk_fail(error, "registration %s is not attested", digest);
  if (anchored && g_strcmp0(text_of(answer, "trust"), "anchored") != 0)
    return recovery_walk_fail(
        error, "registration %s does not lead to a trusted root", digest);
  return true;
}

/* All who may vouch for a key are there. */
static bool
knows_anchors(const RecoveryWalk *walk)
{
  return walk->trust->roots != NULL && !walk->blind;
}

/* Keys of the roster */

static const char *
application_of(const RecoveryWalk *walk)
{
  return walk->practice == 1 ? RECOVERY_SSHSIG_APPLICATION_PRACTICE
                             : RECOVERY_SSHSIG_APPLICATION;
}

/* Judged for the RP ID of approvals, with the roots or without. */
static FidotoolJson *
judge_staff_key(RecoveryWalk *walk, const RecoveryBagFile *file, bool roots,
                GError **error)
{
  FidotoolJson *request, *options;
  g_autofree char *hash = NULL;
  uint8_t digest[32];
  RecoveryCredentialFile parts;

  if (!recovery_credential_file_read(file, true, &parts, error))
    return NULL;
  fidotool_bytes_sha256(parts.cdj.data, parts.cdj.len, digest);
  if (parts.cdj.data != NULL && memcmp(digest, parts.cdh.data, 32) != 0) {
    recovery_walk_fail(error, "%s has client data of another hash", file->path);
    return NULL;
  }
  hash = fidotool_bytes_hex(parts.cdh.data, 32);
  request = fidotool_json_new_object();
  fidotool_json_set_text(request, "kind", "registration");
  options =
      fidotool_json_set(request, "options", new_options(application_of(walk)));
  fidotool_json_set_text(options, "cdh", hash);
  set_url(fidotool_json_set(request, "response", fidotool_json_new_object()),
          "attestationObject", parts.att);
  if (roots)
    set_roots(walk, request);
  return ask(walk, request, error);
}

const FidotoolJson *
recovery_walk_key_facts(RecoveryWalk *walk, const char *digest, GError **error)
{
  const RecoveryBagFile *file =
      recovery_walk_object(walk, "registrations", "cbor", digest);
  const FidotoolJson *known = g_hash_table_lookup(walk->facts, digest);
  g_autoptr(FidotoolJson) answer = NULL;

  if (file == NULL || known != NULL)
    return known;
  answer = judge_staff_key(walk, file, false, error);
  if (answer == NULL || !check_answer(digest, answer, true, false, error))
    return NULL;
  known = answer;
  g_hash_table_insert(walk->facts, g_strdup(digest), g_steal_pointer(&answer));
  return known;
}

/* Where a version of the roster has that registration, its person is the
 * actor. */
static bool
check_owner(const RecoveryWalk *walk, const char *digest, const char *actor,
            GError **error)
{
  GHashTableIter iter;
  void *value;
  uint8_t wanted[32];

  fidotool_bytes_unhex(digest, wanted, 32);
  g_hash_table_iter_init(&iter, walk->rosters);
  while (g_hash_table_iter_next(&iter, NULL, &value)) {
    const RecoveryRoster *roster = value;

    for (unsigned i = 0; i < roster->keys->len; i++) {
      const RecoveryRosterKey *key = g_ptr_array_index(roster->keys, i);

      if (memcmp(key->registration, wanted, 32) == 0 &&
          strcmp(key->person, actor) != 0)
        return recovery_walk_fail(error, "enrols a key of %s for %s",
                                  key->person, actor);
    }
  }
  return true;
}

bool
recovery_walk_key_enrol(RecoveryWalk *walk, const FidotoolJson *entry,
                        GError **error)
{
  const char *digest = text_of(entry, "object");
  const char *actor = text_of(entry, "actor");
  const RecoveryBagFile *file;
  g_autoptr(FidotoolJson) answer = NULL;

  if (g_hash_table_contains(walk->enrolled, digest))
    return recovery_walk_fail(error, "enrols a key again");
  g_hash_table_add(walk->enrolled, g_strdup(digest));
  if (!check_owner(walk, digest, actor, error) ||
      !recovery_walk_trust_judgement(walk, entry, digest, error) ||
      !recovery_walk_trust_use(walk, error))
    return false;
  file = recovery_walk_object(walk, "registrations", "cbor", digest);
  if (file == NULL)
    return true;
  answer = judge_staff_key(walk, file, walk->trust->roots != NULL, error);
  return answer != NULL && check_standing(answer, error) &&
         check_answer(digest, answer, true, knows_anchors(walk), error);
}

/* Keys of subjects */

/* The frame around a response: id, type, and the ceremony's options. */
static FidotoolJson *
new_request(const RecoveryWalk *walk, const char *kind, const char *challenge,
            FidotoolSlice id, FidotoolJson **ret_inner)
{
  FidotoolJson *request = fidotool_json_new_object();
  FidotoolJson *options =
      fidotool_json_set(request, "options", new_options(walk->rp_id));
  FidotoolJson *origins =
      fidotool_json_set(options, "origins", fidotool_json_new_array());
  FidotoolJson *response =
      fidotool_json_set(request, "response", fidotool_json_new_object());

  fidotool_json_set_text(request, "kind", kind);
  fidotool_json_set_text(options, "challenge", challenge);
  fidotool_json_append_text(origins, walk->web_origin);
  set_url(response, "id", id);
  set_url(response, "rawId", id);
  fidotool_json_set_text(response, "type", "public-key");
  *ret_inner =
      fidotool_json_set(response, "response", fidotool_json_new_object());
  return request;
}

static FidotoolSlice
slice_of(GBytes *bytes)
{
  gsize len;
  const uint8_t *data = g_bytes_get_data(bytes, &len);

  return (FidotoolSlice){data, len};
}

static FidotoolJson *
judge_made(RecoveryWalk *walk, const RecoveryCredentialFile *parts,
           const uint8_t challenge[32], GError **error)
{
  g_autofree char *text = fidotool_bytes_base64url(challenge, 32);
  g_autoptr(GBytes) client =
      take_client_data(parts, "webauthn.create", text, walk->web_origin, error);
  FidotoolJson *request, *inner;
  FidotoolSlice id;

  if (client == NULL)
    return NULL;
  if (!recovery_credential_file_id(parts->att, &id)) {
    recovery_walk_fail(error, "has a registration without a credential");
    return NULL;
  }
  request = new_request(walk, "registration", text, id, &inner);
  set_url(inner, "attestationObject", parts->att);
  set_url(inner, "clientDataJSON", slice_of(client));
  if (walk->trust->roots != NULL)
    set_roots(walk, request);
  return ask(walk, request, error);
}

/* Sends an assertion to be judged under a known key; takes the request. */
static bool
ask_assertion(RecoveryWalk *walk, FidotoolJson *request, FidotoolJson *inner,
              const RecoveryCredentialFile *parts, const RecoveryWalkKey *key,
              GError **error)
{
  FidotoolJson *stored =
      fidotool_json_set(request, "stored", fidotool_json_new_object());
  g_autofree char *id = fidotool_bytes_base64(g_bytes_get_data(key->id, NULL),
                                              g_bytes_get_size(key->id));
  g_autoptr(FidotoolJson) answer = NULL;

  set_url(inner, "authenticatorData", parts->auth_data);
  set_url(inner, "signature", parts->sig);
  fidotool_json_set_text(stored, "public_key", key->public_key);
  fidotool_json_set_text(stored, "id", id);
  fidotool_json_set_int(stored, "be", key->be);
  walk->verdict->signatures++;
  answer = ask(walk, request, error);
  if (answer == NULL)
    return false;
  if (g_strcmp0(text_of(answer, "statement"), "valid") != 0)
    return recovery_walk_fail(error,
                              "an answer of the subject's key is not "
                              "good (%s)",
                              first_failed(answer));
  return true;
}

/* The test right after the making, with its own challenge. */
static bool
judge_test(RecoveryWalk *walk, const RecoveryCredentialFile *parts,
           const uint8_t challenge[32], const RecoveryWalkKey *key,
           GError **error)
{
  g_autofree char *text = fidotool_bytes_base64url(challenge, 32);
  g_autoptr(GBytes) client =
      take_client_data(parts, "webauthn.get", text, walk->web_origin, error);
  FidotoolJson *request, *inner;

  if (client == NULL)
    return false;
  request = new_request(walk, "assertion", text, parts->cred, &inner);
  set_url(inner, "clientDataJSON", slice_of(client));
  return ask_assertion(walk, request, inner, parts, key, error);
}

/* An answer whose statement is not in the bundle: over the hash in the file. */
static bool
judge_answer(RecoveryWalk *walk, const RecoveryCredentialFile *parts,
             const RecoveryWalkKey *key, GError **error)
{
  FidotoolJson *request = fidotool_json_new_object();
  FidotoolJson *options =
      fidotool_json_set(request, "options", new_options(walk->rp_id));
  FidotoolJson *response =
      fidotool_json_set(request, "response", fidotool_json_new_object());
  g_autofree char *hash = fidotool_bytes_hex(parts->cdh.data, 32);

  fidotool_json_set_text(request, "kind", "assertion");
  fidotool_json_set_text(options, "cdh", hash);
  set_url(response, "id", parts->cred);
  return ask_assertion(walk, request, response, parts, key, error);
}

static RecoveryWalkKey *
keep_key(RecoveryWalk *walk, const char *cred, const char *sub,
         const FidotoolJson *answer)
{
  RecoveryWalkKey *key = g_new0(RecoveryWalkKey, 1);

  key->sub = g_strdup(sub);
  key->public_key = g_strdup(text_of(answer, "public_key"));
  key->id = fidotool_bytes_unbase64(text_of(answer, "cred"));
  key->be = fidotool_json_get_int(answer, "be", 0);
  g_hash_table_insert(walk->keys, g_strdup(cred), key);
  return key;
}

/* What the registration says of the credential is what the entry says. */
static bool
check_entry_facts(const FidotoolJson *entry, const FidotoolJson *answer,
                  GError **error)
{
  g_autoptr(GBytes) id = fidotool_bytes_unbase64(text_of(answer, "cred"));
  g_autofree char *cred =
      id == NULL ? NULL
                 : fidotool_bytes_sha256_hex(g_bytes_get_data(id, NULL),
                                             g_bytes_get_size(id));

  if (g_strcmp0(cred, text_of(entry, "cred")) != 0 ||
      g_strcmp0(text_of(answer, "aaguid"), text_of(entry, "aaguid")) != 0)
    return recovery_walk_fail(
        error, "names another credential or AAGUID than its registration has");
  return true;
}

static bool
judge_new_key(RecoveryWalk *walk, const FidotoolJson *entry,
              const RecoveryWalkCase *of, const RecoveryBagFile *registration,
              const RecoveryBagFile *assertion, GError **error)
{
  const char *nonce = text_of(entry, "nonce");
  uint8_t challenge[32];
  RecoveryCredentialFile made, test;
  g_autoptr(FidotoolJson) answer = NULL;
  const RecoveryWalkKey *key;

  if (!recovery_credential_file_read(registration, true, &made, error) ||
      !recovery_credential_file_read(assertion, false, &test, error))
    return false;
  make_challenge("keyturn-made@v1", of->digest, nonce, challenge);
  answer = judge_made(walk, &made, challenge, error);
  if (answer == NULL || !check_entry_facts(entry, answer, error) ||
      !check_standing(answer, error) ||
      !check_answer(text_of(entry, "registration"), answer, false,
                    knows_anchors(walk), error))
    return false;
  key = keep_key(walk, text_of(entry, "cred"), of->sub, answer);
  make_challenge("keyturn-test@v1", of->digest, nonce, challenge);
  return judge_test(walk, &test, challenge, key, error);
}

bool
recovery_walk_key_made(RecoveryWalk *walk, const FidotoolJson *entry,
                       const RecoveryWalkCase *of, GError **error)
{
  const RecoveryBagFile *registration, *assertion;
  g_autofree char *place =
      g_strdup_printf("entry %" G_GINT64_FORMAT, walk->seq);

  if (!recovery_walk_use_nonce(walk, text_of(entry, "nonce"), place, error))
    return false;
  if (strcmp(walk->rp_id, RECOVERY_SSHSIG_APPLICATION) == 0 ||
      strcmp(walk->rp_id, RECOVERY_SSHSIG_APPLICATION_PRACTICE) == 0)
    return recovery_walk_fail(error, "makes a key for the RP ID of approvals");
  if (!recovery_walk_trust_judgement(walk, entry,
                                     text_of(entry, "registration"), error) ||
      !recovery_walk_trust_use(walk, error))
    return false;
  registration = recovery_walk_object(walk, "registrations", "cbor",
                                      text_of(entry, "registration"));
  assertion = recovery_walk_object(walk, "assertions", "cbor",
                                   text_of(entry, "assertion"));
  /* Without the files, or the statement that has the digest, it is recorded
   * as incomplete already. */
  if (registration == NULL || assertion == NULL || of->digest == NULL)
    return true;
  return judge_new_key(walk, entry, of, registration, assertion, error);
}

bool
recovery_walk_key_answer(RecoveryWalk *walk, const FidotoolJson *entry,
                         const RecoveryWalkCase *of, GError **error)
{
  const char *digest = text_of(entry, "assertion");
  const RecoveryBagFile *file =
      recovery_walk_object(walk, "assertions", "cbor", digest);
  g_autofree char *cred = NULL;
  const RecoveryWalkKey *key;
  RecoveryCredentialFile parts;

  if (file == NULL)
    return true;
  if (!recovery_credential_file_read(file, false, &parts, error))
    return false;
  cred = fidotool_bytes_sha256_hex(parts.cred.data, parts.cred.len);
  key = g_hash_table_lookup(walk->keys, cred);
  if (key == NULL || strcmp(key->sub, of->sub) != 0)
    return recovery_walk_fail(error, "is answered by a key that this record "
                                     "does not know as the subject's");
  return judge_answer(walk, &parts, key, error);
}
