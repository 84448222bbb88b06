/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-download.c - starts keyturn-fetch and reads its pipe. fidotool
 * itself opens no connection. */
#include "fidotool/cli/metadata-download.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fidotool/error.h"

#define PROGRAM "keyturn-fetch"
/* Words that are passed on. */
#define WORDS_MAX 512

/* Beside this program where it is installed, or in the build folder. */
static char *
find_program(void)
{
  static const char *const places[] = {".", "../fetch"};
  g_autofree char *self = g_file_read_link("/proc/self/exe", NULL);
  g_autofree char *folder = self ? g_path_get_dirname(self) : NULL;

  for (size_t i = 0; folder != NULL && i < G_N_ELEMENTS(places); i++) {
    g_autofree char *path = g_build_filename(folder, places[i], PROGRAM, NULL);

    if (g_file_test(path, G_FILE_TEST_IS_EXECUTABLE))
      return g_canonicalize_filename(path, NULL);
  }
  return NULL;
}

/* Up to the end, or one byte over max. */
static GByteArray *
read_pipe(int fd, size_t max)
{
  GByteArray *data = g_byte_array_new();
  uint8_t part[65536];

  while (data->len <= max) {
    ssize_t n = read(fd, part, sizeof(part));

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    g_byte_array_append(data, part, (guint)n);
  }
  (void)close(fd); /* it was only read; a child that goes on writing ends */
  return data;
}

static bool
check_url(const char *url, GError **error)
{
  if (g_ascii_strncasecmp(url, "https://", 8) == 0)
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              "%s: only https:// is fetched", url);
  return false;
}

static bool
start(const char *url, const char *ca, GPid *ret_pid, int *ret_out,
      int *ret_err, GError **error)
{
  g_autofree char *program = find_program();
  const char *argv[] = {program, "--ca", ca, url, NULL};
  const char *bare[] = {program, url, NULL};
  g_autoptr(GError) own = NULL;

  if (program != NULL &&
      g_spawn_async_with_pipes(NULL, (char **)(ca ? argv : bare), NULL,
                               G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL, ret_pid,
                               NULL, ret_out, ret_err, &own))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED, "%s",
              own ? own->message : PROGRAM " is not installed");
  return false;
}

static bool
ended_well(GPid pid)
{
  int status = 0;
  pid_t r;

  do
    r = waitpid(pid, &status, 0);
  while (r < 0 && errno == EINTR);
  return r == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

char *
fidotool_metadata_download_run(const char *url, const char *ca, size_t max,
                               size_t *ret_len, GError **error)
{
  g_autoptr(GByteArray) data = NULL;
  g_autoptr(GByteArray) words = NULL;
  GPid pid;
  int out, err;

  if (!check_url(url, error) || !start(url, ca, &pid, &out, &err, error))
    return NULL;
  data = read_pipe(out, max);
  words = read_pipe(err, WORDS_MAX);
  if (!ended_well(pid) || data->len > max) {
    g_byte_array_append(words, (const uint8_t *)"", 1);
    g_strchomp((char *)words->data);
    g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_FAILED, "%s: %s", url,
                *words->data ? (const char *)words->data
                             : "the download broke off");
    return NULL;
  }
  *ret_len = data->len;
  g_byte_array_append(data, (const uint8_t *)"", 1);
  return (char *)g_byte_array_free(g_steal_pointer(&data), FALSE);
}
