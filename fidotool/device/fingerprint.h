/* SPDX-License-Identifier: Apache-2.0 */
/* fingerprint.h - the fingerprints that a key knows (bioEnrollment, CTAP 2.1,
 * section 6.7). */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#include "fidotool/device/key.h"
#include "fidotool/device/token.h"

/* Most fingerprints of a key that are read. */
#define FIDOTOOL_FINGERPRINT_MAX 64

typedef struct {
  GBytes *id;
  char *name; /* valid UTF-8, or NULL */
} FidotoolFingerprint;

/* The sensor; what is not said is 0. */
typedef struct {
  bool swipe;
  int samples;  /* most that a fingerprint takes */
  int name_max; /* bytes of a name; 64 where it is not said */
} FidotoolFingerprintSensor;

/* One sample of a finger that is being taken. */
typedef struct {
  int status;    /* as the standard numbers it; 0 is good */
  int remaining; /* good ones that are still wanted */
} FidotoolFingerprintSample;

/* By the final command, or by its preview in keys from before CTAP 2.1. */
bool fidotool_fingerprint_is_supported(const FidotoolInfo *info);

/* Whether it knows any: 1 it does, 0 none, -1 it cannot. */
int fidotool_fingerprint_state(const FidotoolInfo *info);

/* A stable name of a sample's status for programs ("good", "too-short", ...);
 * "unknown" for numbers that the standard does not have. */
const char *fidotool_fingerprint_sample_name(int status);

/* Asks for no token. errors  those of fidotool_ctap_send(), here and below;
 * FIDOTOOL_ERROR_INVALID for answers that make no sense */
bool fidotool_fingerprint_sensor(FidotoolKey *key,
                                 FidotoolFingerprintSensor *ret_sensor,
                                 GError **error);

/* An array of FidotoolFingerprint; empty where there is none. The token of all
 * that follows has FIDOTOOL_TOKEN_FINGERPRINTS. */
GPtrArray *fidotool_fingerprint_list(FidotoolKey *key,
                                     const FidotoolToken *token,
                                     GError **error);

/*
 * Takes the first sample of a new fingerprint, then one more each time, until
 * none remains. A sample that is no good is an answer, not an error.
 * ret_id  the new fingerprint's id
 */
bool fidotool_fingerprint_begin(FidotoolKey *key, const FidotoolToken *token,
                                int timeout_ms, GBytes **ret_id,
                                FidotoolFingerprintSample *ret_sample,
                                GError **error);
bool fidotool_fingerprint_next(FidotoolKey *key, const FidotoolToken *token,
                               GBytes *id, int timeout_ms,
                               FidotoolFingerprintSample *ret_sample,
                               GError **error);
/* Gives a fingerprint up that is being taken. */
bool fidotool_fingerprint_cancel(FidotoolKey *key, GError **error);

bool fidotool_fingerprint_rename(FidotoolKey *key, const FidotoolToken *token,
                                 GBytes *id, const char *name, GError **error);
bool fidotool_fingerprint_delete(FidotoolKey *key, const FidotoolToken *token,
                                 GBytes *id, GError **error);

void fidotool_fingerprint_free(FidotoolFingerprint *fingerprint);

/* For the fuzzer too: the answers, read. errors  FIDOTOOL_ERROR_INVALID */
GPtrArray *fidotool_fingerprint_read_list(GBytes *reply, GError **error);
bool fidotool_fingerprint_read_sample(GBytes *reply, GBytes **ret_id,
                                      FidotoolFingerprintSample *ret_sample,
                                      GError **error);
bool fidotool_fingerprint_read_sensor(GBytes *reply,
                                      FidotoolFingerprintSensor *ret_sensor,
                                      GError **error);
