/* SPDX-License-Identifier: Apache-2.0 */
/* config.h - how this kiosk is set up: a key file written by its
 * administrator. Nothing here is a rule of a case. */
#pragma once

#include <glib.h>
#include <stdbool.h>

typedef struct {
  char *station;  /* selector of recoveryd; NULL: the installed one */
  char *language; /* "en", "de", ...; NULL: the system's */
  char *phone;    /* whom to call when nothing works; may be NULL */
  char *exchange; /* folder for statements and what comes back; may be NULL */
  char *receipts; /* folder for printed receipts (PDF), or NULL */
  char *scheme;   /* "light", "dark" or "system"; NULL: the system's */
  int idle_s;     /* without a touch before it asks: 10 to 600 */
  int warn_s;     /* and then before it ends: 10 to 120 */
  int dpi;        /* of the screen; 0: as the system says */
  int distance_mm; /* from eye to screen */
  bool windowed;  /* practice at a laptop: not full screen */
} KioskConfig;

/*
 * Reads path, or the defaults where it is NULL. Keys stand in group [kiosk];
 * an unknown key or group is refused, so that a typing error is seen. A text
 * that is empty is as if it were not there; a scheme is one of the three.
 * errors  FIDOTOOL_ERROR_USAGE, naming file and key
 */
KioskConfig *kiosk_config_read(const char *path, GError **error);
void kiosk_config_free(KioskConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(KioskConfig, kiosk_config_free)
