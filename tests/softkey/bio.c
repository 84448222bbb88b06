/* SPDX-License-Identifier: Apache-2.0 */
/* bio.c - authenticatorBioEnrollment: fingerprints without a sensor. */
#include "tests/softkey/bio.h"

#include <string.h>

#include "tests/softkey/core-private.h"

#define FINGERPRINT 1 /* the only modality there is */
#define TOUCH_SENSOR 1
#define MAX_NAME 64
#define ID_SIZE 2

typedef enum {
  BEGIN = 1,
  NEXT = 2,
  CANCEL = 3,
  ENUMERATE = 4,
  SET_NAME = 5,
  REMOVE = 6,
  SENSOR_INFO = 7,
} Subcommand;

/* lastEnrollSampleStatus (section 6.7.1). */
typedef enum {
  SAMPLE_GOOD = 0x00,
  SAMPLE_POOR_QUALITY = 0x07,
  SAMPLE_TOO_SHORT = 0x09,
} Sample;

typedef struct {
  SoftkeyCborItem modality, subcommand, params, protocol, param, get_modality;
  SoftkeyCborItem id, name, timeout; /* of params */
} BioRequest;

/* What a sample that is waited for belongs to. */
typedef struct {
  bool first;
} Capture;

static SoftkeyStatus
put_sensor_info(SoftkeyCore *core, GByteArray *reply)
{
  softkey_cbor_put_map(reply, 3);
  softkey_cbor_put_integer(reply, 2);
  softkey_cbor_put_integer(reply, TOUCH_SENSOR);
  softkey_cbor_put_integer(reply, 3);
  softkey_cbor_put_integer(reply, core->profile->bio_samples);
  softkey_cbor_put_integer(reply, 8);
  softkey_cbor_put_integer(reply, MAX_NAME);
  return SOFTKEY_STATUS_OK;
}

static void
put_id(GByteArray *out, uint16_t id)
{
  const uint8_t bytes[ID_SIZE] = {(uint8_t)(id >> 8), (uint8_t)id};

  softkey_cbor_put_bytes(out, bytes, sizeof bytes);
}

static bool
is_id(const SoftkeyCborItem *item, uint16_t id)
{
  return item->value == ID_SIZE && item->data[0] == (uint8_t)(id >> 8) &&
         item->data[1] == (uint8_t)id;
}

/* Its index; -1 where there is none. */
static int
find_fingerprint(const SoftkeyCore *core, const SoftkeyCborItem *id)
{
  for (guint i = 0; i < core->store->fingerprints->len; i++) {
    const SoftkeyFingerprint *one = core->store->fingerprints->pdata[i];

    if (is_id(id, one->id))
      return (int)i;
  }
  return -1;
}

static uint16_t
choose_id(const SoftkeyCore *core)
{
  uint16_t highest = 0;

  for (guint i = 0; i < core->store->fingerprints->len; i++) {
    const SoftkeyFingerprint *one = core->store->fingerprints->pdata[i];

    highest = MAX(highest, one->id);
  }
  return (uint16_t)(highest + 1);
}

static SoftkeyStatus
keep_fingerprint(SoftkeyCore *core)
{
  SoftkeyFingerprint *fingerprint = g_new0(SoftkeyFingerprint, 1);

  fingerprint->id = core->enrolment.id;
  g_ptr_array_add(core->store->fingerprints, fingerprint);
  core->enrolment = (SoftkeyBioEnrolment){0};
  return softkey_core_save(core);
}

static SoftkeyStatus
finish_capture(SoftkeyCore *core, void *data, GByteArray *reply)
{
  static const Sample samples[] = {
      [SOFTKEY_FINGER_GOOD] = SAMPLE_GOOD,
      [SOFTKEY_FINGER_BAD] = SAMPLE_TOO_SHORT,
      [SOFTKEY_FINGER_LOW_QUALITY] = SAMPLE_POOR_QUALITY,
  };
  const Capture *capture = data;
  Sample sample = samples[softkey_finger_next(core)];

  if (sample == SAMPLE_GOOD)
    core->enrolment.remaining--;
  softkey_cbor_put_map(reply, capture->first ? 3 : 2);
  if (capture->first) {
    softkey_cbor_put_integer(reply, 4);
    put_id(reply, core->enrolment.id);
  }
  softkey_cbor_put_integer(reply, 5);
  softkey_cbor_put_integer(reply, sample);
  softkey_cbor_put_integer(reply, 6);
  softkey_cbor_put_integer(reply, core->enrolment.remaining);
  return core->enrolment.remaining > 0 ? SOFTKEY_STATUS_OK
                                       : keep_fingerprint(core);
}

static SoftkeyStatus
wait_for_sample(SoftkeyCore *core, bool first, GByteArray *reply)
{
  Capture *capture = g_new0(Capture, 1);

  capture->first = first;
  return softkey_core_wait(core, finish_capture, capture, g_free, reply);
}

static SoftkeyStatus
begin(SoftkeyCore *core, GByteArray *reply)
{
  core->enrolment = (SoftkeyBioEnrolment){0};
  if (core->store->fingerprints->len >= (guint)core->profile->bio_slots)
    return SOFTKEY_STATUS_FP_DATABASE_FULL;
  core->enrolment =
      (SoftkeyBioEnrolment){choose_id(core), core->profile->bio_samples};
  return wait_for_sample(core, true, reply);
}

static SoftkeyStatus
go_on(SoftkeyCore *core, const BioRequest *request, GByteArray *reply)
{
  if (core->enrolment.id == 0 || !is_id(&request->id, core->enrolment.id))
    return SOFTKEY_STATUS_INVALID_PARAMETER;
  return wait_for_sample(core, false, reply);
}

static SoftkeyStatus
enumerate(SoftkeyCore *core, GByteArray *reply)
{
  guint n = core->store->fingerprints->len;

  if (n == 0)
    return SOFTKEY_STATUS_INVALID_OPTION;
  softkey_cbor_put_map(reply, 1);
  softkey_cbor_put_integer(reply, 7);
  softkey_cbor_put_array(reply, n);
  for (guint i = 0; i < n; i++) {
    const SoftkeyFingerprint *one = core->store->fingerprints->pdata[i];

    softkey_cbor_put_map(reply, one->name != NULL ? 2 : 1);
    softkey_cbor_put_integer(reply, 1);
    put_id(reply, one->id);
    if (one->name == NULL)
      continue;
    softkey_cbor_put_integer(reply, 2);
    softkey_cbor_put_text(reply, one->name);
  }
  return SOFTKEY_STATUS_OK;
}

static SoftkeyStatus
set_name(SoftkeyCore *core, const BioRequest *request)
{
  int i = find_fingerprint(core, &request->id);
  SoftkeyFingerprint *one;

  if (i < 0)
    return SOFTKEY_STATUS_INVALID_OPTION;
  if (request->name.value > MAX_NAME)
    return SOFTKEY_STATUS_INVALID_LENGTH;
  one = core->store->fingerprints->pdata[i];
  g_free(one->name);
  one->name = softkey_cbor_dup_text(&request->name);
  return softkey_core_save(core);
}

static SoftkeyStatus
remove_one(SoftkeyCore *core, const BioRequest *request)
{
  int i = find_fingerprint(core, &request->id);

  if (i < 0)
    return SOFTKEY_STATUS_INVALID_OPTION;
  g_ptr_array_remove_index(core->store->fingerprints, (guint)i);
  return softkey_core_save(core);
}

/* The MAC stands over modality, subcommand and parameters. */
static SoftkeyStatus
check_token(SoftkeyCore *core, const BioRequest *request)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();
  const uint8_t head[] = {FINGERPRINT, (uint8_t)request->subcommand.value};
  const char *rp_id; /* says nothing here */

  g_byte_array_append(bytes, head, sizeof head);
  if (request->params.size > 0)
    g_byte_array_append(bytes, request->params.start,
                        (guint)request->params.size);
  return softkey_pin_check_bytes(core, &request->protocol, &request->param,
                                 bytes, SOFTKEY_PIN_BIO, &rp_id);
}

static bool
has_all(const BioRequest *request)
{
  switch ((Subcommand)request->subcommand.value) {
  case BEGIN:
  case CANCEL:
  case ENUMERATE:
  case SENSOR_INFO:
    return true;
  case NEXT:
  case REMOVE:
    return request->id.size > 0;
  case SET_NAME:
    return request->id.size > 0 && request->name.size > 0;
  }
  return true; /* an unknown one is refused as such */
}

static SoftkeyStatus
run(SoftkeyCore *core, const BioRequest *request, GByteArray *reply)
{
  Subcommand subcommand = (Subcommand)request->subcommand.value;
  SoftkeyStatus status;

  if (!has_all(request))
    return SOFTKEY_STATUS_MISSING_PARAMETER;
  if (subcommand == SENSOR_INFO)
    return put_sensor_info(core, reply);
  if (subcommand == CANCEL) {
    core->enrolment = (SoftkeyBioEnrolment){0};
    return SOFTKEY_STATUS_OK;
  }
  status = check_token(core, request);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  switch (subcommand) {
  case BEGIN:
    return begin(core, reply);
  case NEXT:
    return go_on(core, request, reply);
  case ENUMERATE:
    return enumerate(core, reply);
  case SET_NAME:
    return set_name(core, request);
  case REMOVE:
    return remove_one(core, request);
  case CANCEL:
  case SENSOR_INFO:
    break;
  }
  return SOFTKEY_STATUS_INVALID_SUBCOMMAND;
}

static SoftkeyStatus
read_params(BioRequest *request)
{
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_BYTES, false, &request->id},
      {NULL, 2, SOFTKEY_CBOR_TEXT, false, &request->name},
      {NULL, 3, SOFTKEY_CBOR_UINT, false, &request->timeout},
  };

  if (request->params.size == 0)
    return SOFTKEY_STATUS_OK;
  return softkey_cbor_fields(&request->params, fields, G_N_ELEMENTS(fields));
}

static SoftkeyStatus
run_command(SoftkeyCore *core, const SoftkeyCborItem *map, GByteArray *reply)
{
  BioRequest request = {0};
  const SoftkeyCborField fields[] = {
      {NULL, 1, SOFTKEY_CBOR_UINT, false, &request.modality},
      {NULL, 2, SOFTKEY_CBOR_UINT, false, &request.subcommand},
      {NULL, 3, SOFTKEY_CBOR_MAP, false, &request.params},
      {NULL, 4, SOFTKEY_CBOR_UINT, false, &request.protocol},
      {NULL, 5, SOFTKEY_CBOR_BYTES, false, &request.param},
      {NULL, 6, SOFTKEY_CBOR_SIMPLE, false, &request.get_modality},
  };
  SoftkeyStatus status;

  status = softkey_cbor_fields(map, fields, G_N_ELEMENTS(fields));
  if (status == SOFTKEY_STATUS_OK)
    status = read_params(&request);
  if (status != SOFTKEY_STATUS_OK)
    return status;
  if (softkey_cbor_is_true(&request.get_modality)) {
    softkey_cbor_put_map(reply, 1);
    softkey_cbor_put_integer(reply, 1);
    softkey_cbor_put_integer(reply, FINGERPRINT);
    return SOFTKEY_STATUS_OK;
  }
  if (request.modality.size == 0 || request.subcommand.size == 0)
    return SOFTKEY_STATUS_MISSING_PARAMETER;
  if (request.modality.value != FINGERPRINT)
    return SOFTKEY_STATUS_UNSUPPORTED_OPTION;
  return run(core, &request, reply);
}

SoftkeyStatus
softkey_bio_command(SoftkeyCore *core, const SoftkeyCborItem *request,
                    GByteArray *reply)
{
  return softkey_profile_is_on(core->profile, "bioEnroll")
             ? run_command(core, request, reply)
             : SOFTKEY_STATUS_INVALID_COMMAND;
}

SoftkeyStatus
softkey_bio_preview(SoftkeyCore *core, const SoftkeyCborItem *request,
                    GByteArray *reply)
{
  return softkey_profile_is_on(core->profile, "userVerificationMgmtPreview")
             ? run_command(core, request, reply)
             : SOFTKEY_STATUS_INVALID_COMMAND;
}
