/* SPDX-License-Identifier: Apache-2.0 */
/* report-hid.c - reports of a USB key through hidapi's hidraw back end, with
 * the advisory lock that libfido2 and browsers take. */
#include <errno.h>
#include <fcntl.h>
#include <hidapi/hidapi.h>
#include <linux/hidraw.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fidotool/device/report.h"
#include "fidotool/error.h"

/* Longest single read, so that a caller who asks for more is not deaf. */
#define SLICE_MS 50
/* Item tags of a report descriptor (HID 1.11, section 6.2.2), without size. */
#define ITEM_USAGE_PAGE 0x04
#define ITEM_COLLECTION 0xa0
#define ITEM_LONG 0xfe
#define FIDO_USAGE_PAGE 0xf1d0

typedef struct {
  FidotoolReport base;
  hid_device *device;
  int lock_fd;
} HidPipe;

static bool
write_report(FidotoolReport *base, const uint8_t report[FIDOTOOL_REPORT_SIZE],
             GError **error)
{
  HidPipe *pipe = (HidPipe *)base;
  uint8_t numbered[FIDOTOOL_REPORT_SIZE + 1] = {0}; /* report number 0 */
  int n;

  memcpy(numbered + 1, report, FIDOTOOL_REPORT_SIZE);
  n = hid_write(pipe->device, numbered, sizeof(numbered));
  if (n == (int)sizeof(numbered))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_LOST,
              "the key was pulled out");
  return false;
}

static int
read_report(FidotoolReport *base, uint8_t report[FIDOTOOL_REPORT_SIZE],
            int timeout_ms, GError **error)
{
  HidPipe *pipe = (HidPipe *)base;
  int n = hid_read_timeout(pipe->device, report, FIDOTOOL_REPORT_SIZE,
                           MIN(timeout_ms, SLICE_MS));

  if (n == FIDOTOOL_REPORT_SIZE)
    return 1;
  if (n == 0)
    return 0;
  if (n < 0)
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_LOST,
                "the key was pulled out");
  else
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_INVALID,
                "the key sent a report of %d bytes instead of %d", n,
                FIDOTOOL_REPORT_SIZE);
  return -1;
}

static void
close_hid(FidotoolReport *base)
{
  HidPipe *pipe = (HidPipe *)base;

  hid_close(pipe->device);
  (void)close(pipe->lock_fd); /* this gives the lock back */
  g_free(pipe);
}

static const FidotoolReportOps hid_ops = {write_report, read_report, close_hid};

/* The value of a short item of up to four bytes. */
static uint32_t
read_item(const uint8_t *data, size_t size)
{
  uint32_t value = 0;

  for (size_t i = 0; i < size; i++)
    value |= (uint32_t)data[i] << (8 * i);
  return value;
}

bool
fidotool_report_hid_is_fido(const uint8_t *descriptor, size_t len)
{
  uint32_t page = 0;

  for (size_t i = 0; i < len;) {
    uint8_t prefix = descriptor[i];
    size_t size = (prefix & 3) == 3 ? 4 : prefix & 3;

    if (prefix == ITEM_LONG || size > len - i - 1)
      return false;
    if ((prefix & 0xfc) == ITEM_USAGE_PAGE)
      page = read_item(descriptor + i + 1, size);
    if ((prefix & 0xfc) == ITEM_COLLECTION)
      return page == FIDO_USAGE_PAGE;
    i += 1 + size;
  }
  return false;
}

static void
set_open_error(GError **error, const char *path, int number)
{
  FidotoolError code = FIDOTOOL_ERROR_NO_DEVICE;

  if (number == EACCES || number == EPERM)
    code = FIDOTOOL_ERROR_PERMISSION;
  else if (number == EWOULDBLOCK)
    code = FIDOTOOL_ERROR_BUSY;
  g_set_error(error, FIDOTOOL_ERROR, (int)code, "%s: %s", path,
              number == EWOULDBLOCK ? "another program uses the key"
                                    : g_strerror(number));
}

int
fidotool_report_hid_lock(const char *path, GError **error)
{
  int fd = open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

  if (fd < 0) {
    set_open_error(error, path, errno);
    return -1;
  }
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    set_open_error(error, path, errno);
    (void)close(fd);
    return -1;
  }
  return fd;
}

/* The node may have become another device since it was listed. */
static bool
check_node(int fd, const char *path, GError **error)
{
  struct hidraw_report_descriptor descriptor = {.size = 0};
  int size = 0;

  if (ioctl(fd, HIDIOCGRDESCSIZE, &size) == 0 && size > 0 &&
      size <= HID_MAX_DESCRIPTOR_SIZE) {
    descriptor.size = (uint32_t)size;
    if (ioctl(fd, HIDIOCGRDESC, &descriptor) == 0 &&
        fidotool_report_hid_is_fido(descriptor.value, (size_t)size))
      return true;
  }
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NO_DEVICE,
              "%s is not a FIDO key", path);
  return false;
}

FidotoolReport *
fidotool_report_hid_open(const char *path, GError **error)
{
  int fd = fidotool_report_hid_lock(path, error);
  HidPipe *pipe;
  hid_device *device;

  if (fd < 0)
    return NULL;
  if (!check_node(fd, path, error)) {
    (void)close(fd);
    return NULL;
  }
  device = hid_open_path(path);
  if (!device) {
    set_open_error(error, path, ENODEV);
    (void)close(fd);
    return NULL;
  }
  pipe = g_new0(HidPipe, 1);
  pipe->base.ops = &hid_ops;
  pipe->device = device;
  pipe->lock_fd = fd;
  return &pipe->base;
}
