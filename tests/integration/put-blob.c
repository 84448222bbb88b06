/* SPDX-License-Identifier: Apache-2.0 */
/* put-blob.c SOCKET PIN RP_ID USER [TEXT] - has libfido2 make a credential
 * with a largeBlobKey on a software key and, with TEXT, store that under it:
 * what fidotool then reads was not written by fidotool. With "--get" in the
 * place of USER it prints what lies there for the newest credential: that
 * fidotool wrote, and libfido2 reads. */
#include <fido.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int key = -1;

static void *
open_key(const char *path)
{
  struct sockaddr_un address = {.sun_family = AF_UNIX};

  strncpy(address.sun_path, path, sizeof address.sun_path - 1);
  key = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
  if (key < 0 ||
      connect(key, (const struct sockaddr *)&address, sizeof address) != 0)
    return NULL;
  return &key;
}

static void
close_key(void *handle)
{
  (void)handle;
  (void)close(key);
}

static int
read_key(void *handle, unsigned char *bytes, size_t len, int timeout_ms)
{
  struct pollfd wait = {.fd = key, .events = POLLIN};

  (void)handle;
  return poll(&wait, 1, timeout_ms) == 1 ? (int)recv(key, bytes, len, 0) : -1;
}

/* The first byte is the report's number, which a socket does not carry. */
static int
write_key(void *handle, const unsigned char *bytes, size_t len)
{
  (void)handle;
  return send(key, bytes + 1, len - 1, MSG_NOSIGNAL) == (ssize_t)len - 1
             ? (int)len
             : -1;
}

static const fido_dev_io_t io = {open_key, close_key, read_key, write_key};

static int
make(fido_dev_t *dev, fido_cred_t *cred, char **argv)
{
  static const unsigned char hash[32] = {1};
  int r = fido_cred_set_type(cred, COSE_ES256);

  if (r == FIDO_OK)
    r = fido_cred_set_clientdata_hash(cred, hash, sizeof hash);
  if (r == FIDO_OK)
    r = fido_cred_set_rp(cred, argv[3], argv[3]);
  if (r == FIDO_OK)
    r = fido_cred_set_user(cred, (const unsigned char *)argv[4],
                           strlen(argv[4]), argv[4], NULL, NULL);
  if (r == FIDO_OK)
    r = fido_cred_set_rk(cred, FIDO_OPT_TRUE);
  if (r == FIDO_OK)
    r = fido_cred_set_extensions(cred, FIDO_EXT_LARGEBLOB_KEY);
  return r == FIDO_OK ? fido_dev_make_cred(dev, cred, argv[2]) : r;
}

static int
get(fido_dev_t *dev, char **argv)
{
  static const unsigned char hash[32] = {1};
  fido_assert_t *assertion = fido_assert_new();
  unsigned char *blob = NULL;
  size_t len = 0;
  int r =
      assertion ? fido_assert_set_rp(assertion, argv[3]) : FIDO_ERR_INTERNAL;

  if (r == FIDO_OK)
    r = fido_assert_set_clientdata_hash(assertion, hash, sizeof hash);
  if (r == FIDO_OK)
    r = fido_assert_set_extensions(assertion, FIDO_EXT_LARGEBLOB_KEY);
  if (r == FIDO_OK)
    r = fido_dev_get_assert(dev, assertion, argv[2]);
  if (r == FIDO_OK)
    r = fido_dev_largeblob_get(dev, fido_assert_largeblob_key_ptr(assertion, 0),
                               fido_assert_largeblob_key_len(assertion, 0),
                               &blob, &len);
  if (r == FIDO_OK)
    (void)fwrite(blob, 1, len, stdout); /* the test reads it and counts */
  free(blob);
  fido_assert_free(&assertion);
  return r;
}

static int
put(fido_dev_t *dev, fido_cred_t *cred, int argc, char **argv)
{
  int r = make(dev, cred, argv);

  if (r != FIDO_OK || argc < 6)
    return r;
  return fido_dev_largeblob_set(
      dev, fido_cred_largeblob_key_ptr(cred), fido_cred_largeblob_key_len(cred),
      (const unsigned char *)argv[5], strlen(argv[5]), argv[2]);
}

int
main(int argc, char **argv)
{
  fido_dev_t *dev = fido_dev_new();
  fido_cred_t *cred = fido_cred_new();
  int r;

  if (argc < 5 || !dev || !cred)
    return 2;
  fido_init(FIDO_DISABLE_U2F_FALLBACK);
  r = fido_dev_set_io_functions(dev, &io);
  if (r == FIDO_OK)
    r = fido_dev_open(dev, argv[1]);
  if (r == FIDO_OK)
    r = strcmp(argv[4], "--get") == 0 ? get(dev, argv)
                                      : put(dev, cred, argc, argv);
  if (r != FIDO_OK)
    fprintf(stderr, "put-blob: %s\n", fido_strerr(r));
  fido_cred_free(&cred);
  (void)fido_dev_close(dev); /* the end is near */
  fido_dev_free(&dev);
  return r == FIDO_OK ? 0 : 1;
}
