/* SPDX-License-Identifier: Apache-2.0 */
/* reader.c - libpcsclite's readers by name. */
#include "fidotool/device/reader.h"

#include <PCSC/reader.h>
#include <PCSC/winscard.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#define SOCKET_PATH "/run/pcscd/pcscd.comm"
/* The name under which the service tells that readers come and go. */
#define ANY_READER "\\\\?PnP?\\Notification"
/* SCARD_ATTR_CHANNEL_ID of a reader on USB: this, bus, address. */
#define CHANNEL_USB 0x0020
/* Tag of the property dwMaxAPDUDataSize. */
#define TAG_APDU_SIZE 0x0a
#define SHORT_APDU 256

struct FidotoolReaders {
  FidotoolReaderService service;
  SCARDCONTEXT context;
  /* What fidotool_reader_wait() saw last. */
  GPtrArray *names; /* of char */
  DWORD seen[FIDOTOOL_READER_MAX];
};

/* Why there is no connection. */
static FidotoolReaderService
find_service(LONG r)
{
  const char *path = g_getenv("PCSCLITE_CSOCK_NAME");

  if (r == (LONG)SCARD_W_SECURITY_VIOLATION)
    return FIDOTOOL_READER_REFUSED;
  if (access(path ? path : SOCKET_PATH, R_OK | W_OK) == 0)
    return FIDOTOOL_READER_DOWN;
  return errno == EACCES ? FIDOTOOL_READER_REFUSED : FIDOTOOL_READER_ABSENT;
}

FidotoolReaders *
fidotool_reader_open(void)
{
  FidotoolReaders *readers = g_new0(FidotoolReaders, 1);
  LONG r =
      SCardEstablishContext(SCARD_SCOPE_SYSTEM, NULL, NULL, &readers->context);

  readers->names = g_ptr_array_new_with_free_func(g_free);
  readers->service =
      r == SCARD_S_SUCCESS ? FIDOTOOL_READER_RUNNING : find_service(r);
  return readers;
}

void
fidotool_reader_free(FidotoolReaders *readers)
{
  if (!readers)
    return;
  if (readers->service == FIDOTOOL_READER_RUNNING)
    (void)SCardReleaseContext(readers->context); /* nothing to be done */
  g_ptr_array_unref(readers->names);
  g_free(readers);
}

FidotoolReaderService
fidotool_reader_service(const FidotoolReaders *readers)
{
  return readers->service;
}

const char *
fidotool_reader_service_name(FidotoolReaderService service)
{
  switch (service) {
  case FIDOTOOL_READER_RUNNING:
    return "running";
  case FIDOTOOL_READER_ABSENT:
    return "absent";
  case FIDOTOOL_READER_DOWN:
    return "down";
  case FIDOTOOL_READER_REFUSED:
    return "refused";
  }
  return "absent";
}

long
fidotool_reader_context(const FidotoolReaders *readers)
{
  return (long)readers->context;
}

void
fidotool_reader_state_free(FidotoolReaderState *state)
{
  if (!state)
    return;
  g_free(state->name);
  g_free(state);
}

/* The service went away under us. */
static bool
is_lost(LONG r)
{
  return r == (LONG)SCARD_E_NO_SERVICE || r == (LONG)SCARD_E_INVALID_HANDLE ||
         r == (LONG)SCARD_E_SERVICE_STOPPED || r == (LONG)SCARD_F_COMM_ERROR ||
         r == (LONG)SCARD_F_INTERNAL_ERROR || r == (LONG)SCARD_E_CANCELLED;
}

/* The names of the readers; a name that is no UTF-8 could not be given back by
 * anybody, and is passed over. */
static GPtrArray *
list_names(FidotoolReaders *readers)
{
  GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
  char text[FIDOTOOL_READER_MAX * MAX_READERNAME + 1] = "";
  DWORD len = sizeof(text) - 1;
  LONG r;

  if (readers->service != FIDOTOOL_READER_RUNNING)
    return names;
  r = SCardListReaders(readers->context, NULL, text, &len);
  if (is_lost(r))
    readers->service = FIDOTOOL_READER_DOWN;
  if (r != SCARD_S_SUCCESS)
    return names;
  text[sizeof(text) - 1] = '\0';
  for (const char *p = text; *p && names->len < FIDOTOOL_READER_MAX;
       p += strlen(p) + 1)
    if (g_utf8_validate(p, -1, NULL))
      g_ptr_array_add(names, g_strdup(p));
  return names;
}

static bool
look(FidotoolReaders *readers, const char *name, DWORD *ret_state)
{
  SCARD_READERSTATE state = {.szReader = name};
  LONG r;

  if (readers->service != FIDOTOOL_READER_RUNNING)
    return false;
  r = SCardGetStatusChange(readers->context, 0, &state, 1);
  if (is_lost(r))
    readers->service = FIDOTOOL_READER_DOWN;
  if (r != SCARD_S_SUCCESS && r != (LONG)SCARD_E_TIMEOUT)
    return false;
  *ret_state = state.dwEventState;
  return (state.dwEventState & (SCARD_STATE_UNKNOWN | SCARD_STATE_IGNORE)) == 0;
}

bool
fidotool_reader_look(FidotoolReaders *readers, const char *name,
                     FidotoolReaderState *ret_state)
{
  DWORD state;

  if (!look(readers, name, &state))
    return false;
  *ret_state = (FidotoolReaderState){
      .present = (state & SCARD_STATE_PRESENT) != 0,
      .mute = (state & SCARD_STATE_MUTE) != 0,
      .held = (state & (SCARD_STATE_EXCLUSIVE | SCARD_STATE_INUSE)) != 0,
      .count = (unsigned)(state >> 16) & 0xffff,
  };
  return true;
}

GPtrArray *
fidotool_reader_list(FidotoolReaders *readers)
{
  GPtrArray *list = g_ptr_array_new_with_free_func(
      (GDestroyNotify)fidotool_reader_state_free);
  g_autoptr(GPtrArray) names = list_names(readers);

  for (guint i = 0; i < names->len; i++) {
    FidotoolReaderState one;

    if (!fidotool_reader_look(readers, names->pdata[i], &one))
      continue;
    one.name = g_strdup(names->pdata[i]);
    g_ptr_array_add(list, g_memdup2(&one, sizeof(one)));
  }
  return list;
}

static bool
same_names(const GPtrArray *a, const GPtrArray *b)
{
  if (a->len != b->len)
    return false;
  for (guint i = 0; i < a->len; i++)
    if (strcmp(a->pdata[i], b->pdata[i]) != 0)
      return false;
  return true;
}

/* What matters of a state: the count of insertions, and that something is
 * there. That a card is in use changes with every job, ours included. */
static DWORD
reduce(DWORD state)
{
  return state & (0xffff0000u | SCARD_STATE_PRESENT | SCARD_STATE_EMPTY |
                  SCARD_STATE_MUTE | SCARD_STATE_UNKNOWN);
}

/* True when what is there now differs from what was seen last. */
static bool
take_changes(FidotoolReaders *readers)
{
  GPtrArray *names = list_names(readers);
  bool changed = !same_names(names, readers->names);

  g_ptr_array_unref(readers->names);
  readers->names = names;
  for (guint i = 0; i < names->len; i++) {
    DWORD state = SCARD_STATE_UNKNOWN;

    (void)look(readers, names->pdata[i], &state); /* gone: unknown */
    changed |= reduce(state) != readers->seen[i];
    readers->seen[i] = reduce(state);
  }
  return changed;
}

bool
fidotool_reader_wait(FidotoolReaders *readers, int timeout_ms)
{
  SCARD_READERSTATE states[FIDOTOOL_READER_MAX + 1];
  DWORD n;
  LONG r;

  for (;;) {
    bool changed = take_changes(readers);

    if (readers->service != FIDOTOOL_READER_RUNNING)
      return false;
    if (changed)
      return true;
    memset(states, 0, sizeof(states));
    for (n = 0; n < readers->names->len; n++) {
      states[n].szReader = readers->names->pdata[n];
      if (!look(readers, states[n].szReader, &states[n].dwCurrentState))
        states[n].dwCurrentState = SCARD_STATE_UNKNOWN;
      if (reduce(states[n].dwCurrentState) != readers->seen[n])
        break;
    }
    if (n < readers->names->len)
      continue; /* it changed meanwhile */
    states[n].szReader = ANY_READER;
    states[n].dwCurrentState = n << 16; /* so many are known */
    n++;
    r = SCardGetStatusChange(readers->context,
                             timeout_ms < 0 ? INFINITE : (DWORD)timeout_ms,
                             states, n);
    if (is_lost(r)) {
      readers->service = FIDOTOOL_READER_DOWN;
      return false;
    }
    if (r == (LONG)SCARD_E_TIMEOUT)
      return true;
  }
}

int
fidotool_reader_usb(FidotoolReaders *readers, const char *name)
{
  SCARDHANDLE handle;
  DWORD protocol;
  DWORD channel = 0;
  uint8_t value[MAX_BUFFER_SIZE];
  DWORD len = sizeof(value);
  FidotoolReaderState state;
  LONG r;

  /* Connecting would wait for as long as another program's transaction. */
  if (!fidotool_reader_look(readers, name, &state) || state.held)
    return -1;
  /* To the reader: nothing lies there that is powered or selected by it. */
  r = SCardConnect(readers->context, name, SCARD_SHARE_DIRECT, 0, &handle,
                   &protocol);
  if (r != SCARD_S_SUCCESS)
    return -1;
  r = SCardGetAttrib(handle, SCARD_ATTR_CHANNEL_ID, value, &len);
  (void)SCardDisconnect(handle, SCARD_LEAVE_CARD); /* as it was */
  if (r != SCARD_S_SUCCESS || len < 4)
    return -1;
  memcpy(&channel, value, 4); /* the first 32 bits, in this machine's order */
  return channel >> 16 == CHANNEL_USB ? (int)(channel & 0xffff) : -1;
}

size_t
fidotool_reader_read_limit(const uint8_t *properties, size_t len)
{
  for (size_t i = 0; i + 2 <= len;) {
    size_t n = properties[i + 1];
    uint32_t value = 0;

    if (n > len - i - 2)
      return 0;
    for (size_t k = 0; k < n && n <= 4; k++) /* the lowest byte first */
      value |= (uint32_t)properties[i + 2 + k] << (8 * k);
    if (properties[i] == TAG_APDU_SIZE)
      return value > SHORT_APDU ? value : 0;
    i += 2 + n;
  }
  return 0;
}
