/* SPDX-License-Identifier: Apache-2.0 */
/* secret.c - one page for each secret. */
#include "fidotool/secret.h"

#include <string.h>
#include <sys/mman.h>

#include "fidotool/bytes.h"

#define PAGE 4096

struct FidotoolSecret {
  size_t len;
  uint8_t data[FIDOTOOL_SECRET_MAX + 1];
};

G_STATIC_ASSERT(sizeof(struct FidotoolSecret) <= PAGE);

FidotoolSecret *
fidotool_secret_new(void)
{
  void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

  if (page == MAP_FAILED)
    return NULL;
  /* A user without the right to lock memory still has to enter a PIN; the
   * page is then at least not dumped and wiped. */
  (void)mlock(page, PAGE);
  (void)madvise(page, PAGE, MADV_DONTDUMP);
  return page;
}

FidotoolSecret *
fidotool_secret_new_copy(const void *data, size_t len)
{
  FidotoolSecret *secret;

  if (len > FIDOTOOL_SECRET_MAX)
    return NULL;
  secret = fidotool_secret_new();
  if (!secret)
    return NULL;
  if (len > 0)
    memcpy(secret->data, data, len);
  secret->len = len;
  return secret;
}

void
fidotool_secret_free(FidotoolSecret *secret)
{
  if (!secret)
    return;
  explicit_bzero(secret, PAGE);
  (void)munlock(secret, PAGE); /* unmapped next in any case */
  (void)munmap(secret, PAGE);
}

uint8_t *
fidotool_secret_buffer(FidotoolSecret *secret)
{
  return secret->data;
}

void
fidotool_secret_set_len(FidotoolSecret *secret, size_t len)
{
  g_assert(len <= FIDOTOOL_SECRET_MAX);
  explicit_bzero(secret->data + len, sizeof(secret->data) - len);
  secret->len = len;
}

size_t
fidotool_secret_len(const FidotoolSecret *secret)
{
  return secret->len;
}

const char *
fidotool_secret_text(const FidotoolSecret *secret)
{
  return (const char *)secret->data;
}

bool
fidotool_secret_equal(const FidotoolSecret *a, const FidotoolSecret *b)
{
  return fidotool_bytes_equal(a->data, a->len, b->data, b->len);
}
