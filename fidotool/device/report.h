/* SPDX-License-Identifier: Apache-2.0 */
/* report.h - what carries 64-byte CTAPHID reports: a hidraw node, a software
 * key's socket, or a script in a test. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

#define FIDOTOOL_REPORT_SIZE 64

typedef struct FidotoolReport FidotoolReport;

typedef struct {
  /* Writes one report; does not wait longer than a second.
   * errors  FIDOTOOL_ERROR_LOST */
  bool (*write)(FidotoolReport *pipe,
                const uint8_t report[FIDOTOOL_REPORT_SIZE], GError **error);
  /* Reads one report: 1 when it is there, 0 when the time was up, -1 and
   * error set when the key is gone.
   * errors  FIDOTOOL_ERROR_LOST, FIDOTOOL_ERROR_INVALID */
  int (*read)(FidotoolReport *pipe, uint8_t report[FIDOTOOL_REPORT_SIZE],
              int timeout_ms, GError **error);
  void (*close)(FidotoolReport *pipe);
} FidotoolReportOps;

/* Each kind of pipe begins with this. */
struct FidotoolReport {
  const FidotoolReportOps *ops;
};

/*
 * A software key's socket: SOCK_SEQPACKET, one report a message. The peer must
 * run under our own user.
 * errors  FIDOTOOL_ERROR_NO_DEVICE, _PERMISSION, _BUSY, _LOST
 */
FidotoolReport *fidotool_report_socket_open(const char *path, GError **error);
/* The same on a connected descriptor, which is taken. */
FidotoolReport *fidotool_report_socket_new(int fd);

/*
 * A hidraw node through hidapi. The lock that libfido2 and browsers take is
 * taken first, at once or not at all, and held until the pipe is closed; the
 * node's report descriptor must have the FIDO usage page.
 * errors  FIDOTOOL_ERROR_NO_DEVICE, _PERMISSION, _BUSY
 */
FidotoolReport *fidotool_report_hid_open(const char *path, GError **error);
/* The lock alone: the descriptor that holds it, or -1. */
int fidotool_report_hid_lock(const char *path, GError **error);
/* True when a HID report descriptor has usage page 0xF1D0 at its top. */
bool fidotool_report_hid_is_fido(const uint8_t *descriptor, size_t len);

/* Closes and frees the pipe; takes NULL. */
void fidotool_report_free(FidotoolReport *pipe);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolReport, fidotool_report_free)
