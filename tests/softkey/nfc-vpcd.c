/* SPDX-License-Identifier: Apache-2.0 */
/* nfc-vpcd.c - two bytes of length, then a control byte or an APDU. */
#include "tests/softkey/nfc-vpcd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/softkey/error.h"

#define POWER_OFF 0
#define POWER_ON 1
#define RESET 2
#define GET_ATR 4
#define PART 4096

/* A card by NFC without historical bytes: T=0 and T=1, and a check byte. */
static const uint8_t atr[] = {0x3b, 0x80, 0x80, 0x01, 0x01};

struct SoftkeyNfcVpcd {
  SoftkeyNfcApplet *applet;
  int port;
  int fd;
  GByteArray *in;
  bool powered;
  unsigned lift_at; /* 0: no order */
  unsigned apdus;
};

SoftkeyNfcVpcd *
softkey_nfc_vpcd_new(SoftkeyCore *core, int port)
{
  SoftkeyNfcVpcd *vpcd = g_new0(SoftkeyNfcVpcd, 1);

  vpcd->applet = softkey_nfc_applet_new(core);
  vpcd->port = port;
  vpcd->fd = -1;
  vpcd->in = g_byte_array_new();
  return vpcd;
}

void
softkey_nfc_vpcd_free(SoftkeyNfcVpcd *vpcd)
{
  if (vpcd == NULL)
    return;
  softkey_nfc_vpcd_lift(vpcd);
  softkey_nfc_applet_free(vpcd->applet);
  g_byte_array_unref(vpcd->in);
  g_free(vpcd);
}

bool
softkey_nfc_vpcd_put(SoftkeyNfcVpcd *vpcd, GError **error)
{
  struct sockaddr_in address = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)vpcd->port)};
  /* Closed at once, so that a reader that comes back finds its port free. */
  const struct linger none = {.l_onoff = 1};
  int yes = 1;

  if (vpcd->fd >= 0)
    return true;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  vpcd->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (vpcd->fd >= 0 &&
      connect(vpcd->fd, (struct sockaddr *)&address, sizeof address) == 0 &&
      setsockopt(vpcd->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes) == 0 &&
      setsockopt(vpcd->fd, SOL_SOCKET, SO_LINGER, &none, sizeof none) == 0)
    return true;
  softkey_error_file(error, "reach", "the virtual reader");
  softkey_nfc_vpcd_lift(vpcd);
  return false;
}

void
softkey_nfc_vpcd_lift(SoftkeyNfcVpcd *vpcd)
{
  if (vpcd->fd >= 0)
    (void)close(vpcd->fd); /* that is what lifting is */
  vpcd->fd = -1;
  vpcd->powered = false;
  vpcd->lift_at = 0;
  g_byte_array_set_size(vpcd->in, 0);
}

void
softkey_nfc_vpcd_lift_at(SoftkeyNfcVpcd *vpcd, unsigned n)
{
  vpcd->lift_at = n;
}

int
softkey_nfc_vpcd_fd(const SoftkeyNfcVpcd *vpcd)
{
  return vpcd->fd;
}

SoftkeyNfcApplet *
softkey_nfc_vpcd_applet(SoftkeyNfcVpcd *vpcd)
{
  return vpcd->applet;
}

unsigned
softkey_nfc_vpcd_apdus(const SoftkeyNfcVpcd *vpcd)
{
  return vpcd->apdus;
}

/* Length and data in one write: two would cost 40 ms each time. */
static void
answer(SoftkeyNfcVpcd *vpcd, const uint8_t *data, size_t len)
{
  g_autoptr(GByteArray) out = g_byte_array_new();
  const uint8_t head[2] = {(uint8_t)(len >> 8), (uint8_t)len};

  g_byte_array_append(out, head, sizeof head);
  g_byte_array_append(out, data, (guint)len);
  if (send(vpcd->fd, out->data, out->len, MSG_NOSIGNAL) != (ssize_t)out->len)
    softkey_nfc_vpcd_lift(vpcd); /* the reader is gone */
}

static void
control(SoftkeyNfcVpcd *vpcd, uint8_t what)
{
  switch (what) {
  case POWER_OFF:
    vpcd->powered = false;
    return;
  case POWER_ON:
    if (!vpcd->powered)
      softkey_nfc_applet_power_up(vpcd->applet);
    vpcd->powered = true;
    return;
  case RESET:
    softkey_nfc_applet_power_up(vpcd->applet);
    vpcd->powered = true;
    return;
  case GET_ATR:
    answer(vpcd, atr, sizeof atr);
    return;
  }
}

static void
take(SoftkeyNfcVpcd *vpcd, const uint8_t *data, size_t len)
{
  g_autoptr(GByteArray) reply = g_byte_array_new();

  if (len == 1) {
    control(vpcd, data[0]);
    return;
  }
  if (vpcd->lift_at > 0 && --vpcd->lift_at == 0) {
    softkey_nfc_vpcd_lift(vpcd);
    return;
  }
  vpcd->apdus++;
  softkey_nfc_applet_run(vpcd->applet, data, len, reply);
  answer(vpcd, reply->data, reply->len);
}

void
softkey_nfc_vpcd_read(SoftkeyNfcVpcd *vpcd)
{
  uint8_t part[PART];
  ssize_t n = recv(vpcd->fd, part, sizeof part, MSG_DONTWAIT);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return;
  if (n <= 0) {
    softkey_nfc_vpcd_lift(vpcd); /* the reader is gone */
    return;
  }
  g_byte_array_append(vpcd->in, part, (guint)n);
  while (vpcd->in->len >= 2) {
    guint len = (guint)vpcd->in->data[0] << 8 | vpcd->in->data[1];
    g_autofree uint8_t *word = NULL;

    if (vpcd->in->len < 2 + len)
      return;
    word = g_memdup2(vpcd->in->data + 2, len);
    g_byte_array_remove_range(vpcd->in, 0, 2 + len);
    if (len > 0)
      take(vpcd, word, len);
  }
}
