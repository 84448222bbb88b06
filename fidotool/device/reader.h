/* SPDX-License-Identifier: Apache-2.0 */
/* reader.h - the card service (pcscd) and its readers: which are there, what
 * lies on them, and when that changes. Readers go by name. */
#pragma once

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Most readers that are looked at. */
#define FIDOTOOL_READER_MAX 16

/* The service itself: a machine without it has no readers, and that is no
 * fault. */
typedef enum {
  FIDOTOOL_READER_RUNNING,
  FIDOTOOL_READER_ABSENT,  /* there is no socket of it */
  FIDOTOOL_READER_DOWN,    /* there is one, and nobody answers */
  FIDOTOOL_READER_REFUSED, /* this user may not speak to it */
} FidotoolReaderService;

/* A connection to the service. */
typedef struct FidotoolReaders FidotoolReaders;

/* What is on a reader, as far as the service knows without asking the card. */
typedef struct {
  char *name; /* valid UTF-8 */
  bool present;
  bool mute;      /* something lies there and says nothing */
  bool held;      /* another program has a conversation with it */
  unsigned count; /* changes with each card that comes or goes */
} FidotoolReaderState;

/*
 * Connects, where there is a service; never waits for one that is not there.
 * Opens a socket, so it comes before a sandbox. Everything after it needs none.
 * returns  never NULL
 */
FidotoolReaders *fidotool_reader_open(void);
void fidotool_reader_free(FidotoolReaders *readers);
FidotoolReaderService fidotool_reader_service(const FidotoolReaders *readers);
/* "running", "absent", "down", "refused" */
const char *fidotool_reader_service_name(FidotoolReaderService service);

/* Every reader, in the order of the service, as FidotoolReaderState; empty
 * where there is none or the service is gone. */
GPtrArray *fidotool_reader_list(FidotoolReaders *readers);
void fidotool_reader_state_free(FidotoolReaderState *state);

/* One reader, without its name. False: it is gone, or the service is. */
bool fidotool_reader_look(FidotoolReaders *readers, const char *name,
                          FidotoolReaderState *ret_state);

/*
 * Waits until readers or what lies on them differ from the last call, or
 * timeout_ms (-1: for ever) is over. False: the service is gone.
 */
bool fidotool_reader_wait(FidotoolReaders *readers, int timeout_ms);

/* Where the reader is plugged in: USB bus * 256 + address, -1 where it does
 * not say, or is in use. Asks the reader, not the card. */
int fidotool_reader_usb(FidotoolReaders *readers, const char *name);

/* Out of the reader's list of properties (PC/SC part 10, section 2.6.14): most
 * bytes of an APDU, 0 where that is not said or no more than a short one. */
size_t fidotool_reader_read_limit(const uint8_t *properties, size_t len);

/* For card.c: the service's own handle (SCARDCONTEXT). */
long fidotool_reader_context(const FidotoolReaders *readers);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolReaders, fidotool_reader_free)
