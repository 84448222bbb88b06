/* SPDX-License-Identifier: Apache-2.0 */
/* bad-helper.c - misbehaves in keyhelper's place; its own name, behind
 * "bad-helper-", says how. For the tests of the client. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

static void
say(const char *bytes, size_t len)
{
  if (write(0, bytes, len) < 0)
    _exit(99);
}

#define SAY(text) say(text, sizeof(text) - 1)

int
main(int argc, char **argv)
{
  const char *how = strrchr(argv[0], '-') + 1;
  char request[4096];

  (void)argc;
  if (strcmp(how, "exit") == 0)
    return 3;
  if (read(0, request, sizeof(request)) <= 0)
    return 99;
  if (strcmp(how, "hang") == 0)
    for (;;)
      pause();
  if (strcmp(how, "deaf") == 0) { /* and does not even end when asked to */
    (void)signal(SIGTERM, SIG_IGN);
    for (;;)
      pause();
  }
  if (strcmp(how, "garbage") == 0)
    SAY("I have no idea what you want.\n");
  if (strcmp(how, "half") == 0)
    SAY("\x01\x12\x00\x00\x00\x20{\"key");
  if (strcmp(how, "huge") == 0)
    SAY("\x01\x12\x7f\xff\xff\xff{}");
  if (strcmp(how, "backwards") == 0)
    SAY("\x01\x01\x00\x00\x00\x02{}");
  if (strcmp(how, "strange") == 0) /* an error code that is none */
    SAY("\x01\x13\x00\x00\x00\x0c{\"code\":200}");
  if (strcmp(how, "zero") == 0) /* an error that says it is none */
    SAY("\x01\x13\x00\x00\x00\x0a{\"code\":0}");
  if (strcmp(how, "crash") == 0)
    (void)raise(SIGABRT); /* a sanitizer would speak of others */
  if (strcmp(how, "empty") == 0)
    SAY("\x01\x12\x00\x00\x00\x02{}");
  if (strcmp(how, "untrusted") == 0)
    SAY("\x01\x13\x00\x00\x00\x0b{\"code\":20}");
  if (strcmp(how, "ninth") == 0)
    SAY("\x01\x12\x00\x00\x00\x0b{\"index\":9}");
  if (strcmp(how, "asks") == 0) { /* for a PIN, again and again */
    for (;;) {
      SAY("\x01\x11\x00\x00\x00\x1e{\"kind\":\"current\",\"retries\":1}");
      if (read(0, request, sizeof(request)) <= 0)
        return 0;
    }
  }
  return 0;
}
