/* SPDX-License-Identifier: Apache-2.0 */
/* libfido2-enrol.c make|both SOCKET PIN, or verify - what enrol.py compares
 * with: libfido2 alone opens a software key, makes one credential with a PIN,
 * and writes it to standard error; reads one from standard input and checks it
 * in the way that it checks; or both. No walls, no chain, no JSON. */
#include <fido.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
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
  (void)close(key); /* the end is near */
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
prepare(fido_cred_t *cred)
{
  static const unsigned char hash[32] = {1};
  static const unsigned char user[] = {1, 2, 3};
  int r = fido_cred_set_type(cred, COSE_ES256);

  if (r == FIDO_OK)
    r = fido_cred_set_clientdata_hash(cred, hash, sizeof hash);
  if (r == FIDO_OK)
    r = fido_cred_set_rp(cred, "example.org", "Example");
  if (r == FIDO_OK)
    r = fido_cred_set_user(cred, user, sizeof user, "sam", "Sam", NULL);
  return r;
}

static int
make(fido_dev_t *dev, fido_cred_t *cred, const char *path, const char *pin)
{
  int r = fido_dev_set_io_functions(dev, &io);

  if (r == FIDO_OK)
    r = fido_dev_open(dev, path);
  if (r == FIDO_OK)
    r = fido_dev_make_cred(dev, cred, pin);
  (void)fido_dev_close(dev); /* the end is near */
  return r;
}

/* Length and bytes. */
static bool
write_part(const unsigned char *data, size_t len)
{
  return fwrite(&len, sizeof len, 1, stderr) == 1 &&
         fwrite(data, 1, len, stderr) == len;
}

static bool
write_made(const fido_cred_t *cred)
{
  return write_part(fido_cred_authdata_raw_ptr(cred),
                    fido_cred_authdata_raw_len(cred)) &&
         write_part(fido_cred_attstmt_ptr(cred), fido_cred_attstmt_len(cred));
}

static size_t
read_part(unsigned char *data, size_t max)
{
  size_t len;

  return fread(&len, sizeof len, 1, stdin) == 1 && len <= max &&
                 fread(data, 1, len, stdin) == len
             ? len
             : 0;
}

static int
read_made(fido_cred_t *cred)
{
  unsigned char auth_data[1024], statement[4096];
  size_t n = read_part(auth_data, sizeof auth_data);
  size_t m = read_part(statement, sizeof statement);
  int r = fido_cred_set_fmt(cred, "packed");

  if (r == FIDO_OK)
    r = fido_cred_set_authdata_raw(cred, auth_data, n);
  return r == FIDO_OK ? fido_cred_set_attstmt(cred, statement, m) : r;
}

int
main(int argc, char **argv)
{
  bool makes = argc == 4, both = makes && strcmp(argv[1], "both") == 0;
  fido_dev_t *dev;
  fido_cred_t *cred;
  int r;

  if (argc != 4 && argc != 2)
    return 2;
  fido_init(FIDO_DISABLE_U2F_FALLBACK);
  dev = fido_dev_new();
  cred = fido_cred_new();
  if (dev == NULL || cred == NULL)
    return 2;
  r = prepare(cred);
  if (r == FIDO_OK)
    r = makes ? make(dev, cred, argv[2], argv[3]) : read_made(cred);
  if (r == FIDO_OK && (both || !makes))
    r = fido_cred_verify(cred);
  if (r == FIDO_OK && makes && !both && !write_made(cred))
    r = FIDO_ERR_INTERNAL;
  if (r != FIDO_OK)
    fprintf(stderr, "libfido2-enrol: %s\n", fido_strerr(r));
  fido_cred_free(&cred);
  fido_dev_free(&dev);
  return r == FIDO_OK ? 0 : 1;
}
