/* SPDX-License-Identifier: Apache-2.0 */
/* uhid.c - a FIDO key's report descriptor, and the events of /dev/uhid. */
#include "tests/softkey/uhid.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <linux/uhid.h>
#include <string.h>
#include <unistd.h>

#include "tests/softkey/error.h"

#define DEVICE "/dev/uhid"
#define REPORT SOFTKEY_CTAPHID_REPORT
/* For tests alone (the pid.codes vendor's first test product). */
#define VENDOR 0x1209
#define PRODUCT 0x0001

/* CTAP 2.1, section 11.2.8.1: usage page 0xf1d0, 64 bytes in and out. */
static const uint8_t descriptor[] = {
    0x06, 0xd0, 0xf1,       /* usage page FIDO */
    0x09, 0x01,             /* usage: authenticator */
    0xa1, 0x01,             /* collection: application */
    0x09, 0x20, 0x15, 0x00, /* usage: data in; least 0 */
    0x26, 0xff, 0x00,       /* most 255 */
    0x75, 0x08, 0x95, 0x40, /* 64 fields of 8 bits */
    0x81, 0x02,             /* input */
    0x09, 0x21, 0x15, 0x00, /* usage: data out; least 0 */
    0x26, 0xff, 0x00,       /* most 255 */
    0x75, 0x08, 0x95, 0x40, /* 64 fields of 8 bits */
    0x91, 0x02,             /* output */
    0xc0,                   /* end of collection */
};

static bool
write_event(int fd, const struct uhid_event *event)
{
  return write(fd, event, sizeof *event) == (ssize_t)sizeof *event;
}

bool
softkey_uhid_create(int fd, GError **error)
{
  struct uhid_event event = {.type = UHID_CREATE2};
  struct uhid_create2_req *create = &event.u.create2;

  g_strlcpy((char *)create->name, "Keyturn softkey", sizeof create->name);
  create->bus = BUS_USB;
  create->vendor = VENDOR;
  create->product = PRODUCT;
  create->rd_size = sizeof descriptor;
  memcpy(create->rd_data, descriptor, sizeof descriptor);
  return write_event(fd, &event) ||
         softkey_error_file(error, "plug a key into", DEVICE);
}

int
softkey_uhid_open(GError **error)
{
  int fd = open(DEVICE, O_RDWR | O_CLOEXEC | O_NONBLOCK);

  if (fd < 0) {
    (void)softkey_error_file(error, "open", DEVICE);
    return -1;
  }
  if (softkey_uhid_create(fd, error))
    return fd;
  (void)close(fd); /* nothing was plugged in */
  return -1;
}

bool
softkey_uhid_send(int fd, const uint8_t report[REPORT])
{
  struct uhid_event event = {.type = UHID_INPUT2};

  event.u.input2.size = REPORT;
  memcpy(event.u.input2.data, report, REPORT);
  return write_event(fd, &event);
}

static void
refuse_get(int fd, uint32_t id)
{
  struct uhid_event event = {.type = UHID_GET_REPORT_REPLY};

  event.u.get_report_reply.id = id;
  event.u.get_report_reply.err = EIO;
  (void)write_event(fd, &event); /* unanswered, the asker waits five seconds */
}

static void
refuse_set(int fd, uint32_t id)
{
  struct uhid_event event = {.type = UHID_SET_REPORT_REPLY};

  event.u.set_report_reply.id = id;
  event.u.set_report_reply.err = EIO;
  (void)write_event(fd, &event); /* unanswered, the asker waits five seconds */
}

/* hidraw hands on what was written: the report number 0, then the report. */
static bool
take_output(const struct uhid_output_req *output, uint8_t ret_report[REPORT])
{
  if (output->rtype != UHID_OUTPUT_REPORT || output->size != REPORT + 1 ||
      output->data[0] != 0)
    return false;
  memcpy(ret_report, output->data + 1, REPORT);
  return true;
}

SoftkeyUhidEvent
softkey_uhid_receive(int fd, uint8_t ret_report[REPORT])
{
  struct uhid_event event = {0};
  ssize_t n = read(fd, &event, sizeof event);

  if (n < 0 && (errno == EAGAIN || errno == EINTR))
    return SOFTKEY_UHID_NOTHING;
  if (n != (ssize_t)sizeof event)
    return SOFTKEY_UHID_GONE;
  if (event.type == UHID_STOP)
    return SOFTKEY_UHID_GONE;
  if (event.type == UHID_OUTPUT && take_output(&event.u.output, ret_report))
    return SOFTKEY_UHID_REPORT;
  if (event.type == UHID_GET_REPORT)
    refuse_get(fd, event.u.get_report.id);
  if (event.type == UHID_SET_REPORT)
    refuse_set(fd, event.u.set_report.id);
  return SOFTKEY_UHID_NOTHING;
}
