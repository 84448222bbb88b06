/* SPDX-License-Identifier: Apache-2.0 */
/* bad-worker.c - a judge worker that misbehaves as its own name says; for the
 * tests of the client alone, never installed. */
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
read_all(uint8_t *data, size_t len)
{
  while (len > 0) {
    ssize_t n = read(STDIN_FILENO, data, len);

    if (n <= 0)
      return false;
    data += n;
    len -= (size_t)n;
  }
  return true;
}

static void
put(const void *data, size_t len)
{
  if (write(STDOUT_FILENO, data, len) < 0)
    _exit(1);
}

static void
frame(uint8_t version, uint32_t said, const char *text)
{
  uint8_t head[5] = {version, (uint8_t)(said >> 24), (uint8_t)(said >> 16),
                     (uint8_t)(said >> 8), (uint8_t)said};

  put(head, sizeof head);
  put(text, strlen(text));
}

/* One request has come; false for a name that is not known. */
static bool
answer(const char *how, int request)
{
  static const char good[] = "{\"error\":\"\"}";

  if (strcmp(how, "good") == 0)
    frame(1, sizeof good - 1, good);
  else if (strcmp(how, "exit") == 0)
    _exit(3);
  else if (strcmp(how, "once") == 0 && request > 0)
    _exit(0);
  else if (strcmp(how, "once") == 0)
    frame(1, sizeof good - 1, good);
  else if (strcmp(how, "hang") == 0)
    pause();
  else if (strcmp(how, "crash") == 0)
    (void)raise(SIGKILL);
  else if (strcmp(how, "garbage") == 0)
    put("hello, here is your verdict: valid", 34);
  else if (strcmp(how, "version") == 0)
    frame(2, sizeof good - 1, good);
  else if (strcmp(how, "huge") == 0)
    frame(1, UINT32_MAX, good);
  else if (strcmp(how, "empty") == 0)
    frame(1, 0, "");
  else if (strcmp(how, "half") == 0)
    frame(1, 100, good);
  else if (strcmp(how, "list") == 0)
    frame(1, 2, "[]");
  else if (strcmp(how, "broken") == 0)
    frame(1, 3, "{\"a");
  else
    return false;
  return true;
}

int
main(int argc, char **argv)
{
  static uint8_t body[1024 * 1024];
  const bool fits =
      argc == 1 || (argc == 2 && strcmp(argv[1], "--taught") == 0);
  const char *dash = fits ? strrchr(argv[0], '-') : NULL;
  uint8_t head[5];

  if (!dash)
    return 2;
  if (strcmp(dash + 1, "deaf") == 0) {
    pause();
    return 0;
  }
  for (int request = 0; read_all(head, sizeof head); request++) {
    size_t len = (size_t)head[1] << 24 | (size_t)head[2] << 16 |
                 (size_t)head[3] << 8 | head[4];

    if (len > sizeof body || !read_all(body, len) || !answer(dash + 1, request))
      return 2;
  }
  return 0;
}
