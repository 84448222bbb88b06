/* SPDX-License-Identifier: Apache-2.0 */
/* main.c - keyturn-fetch [--ca FILE] URL: one download over HTTPS, to standard
 * output. The only program of fidotool's that speaks with a network: it judges
 * nothing, and no key, record or policy is in its reach. Whoever started it
 * holds what it brought against a signature. */
#include <curl/curl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* As fidotool/judge/metadata-jws.h has it: more is not read there either. */
#define MOST (64L * 1024 * 1024)
#define CONNECT_S 20L
#define WHOLE_S 300L
/* A server that says less than this for so long has gone away. */
#define SLOW_BYTES 200L
#define SLOW_S 30L
#define REDIRECTS 3L

typedef struct {
  size_t len;
  bool too_long;
} Taken;

/* The size that a server announces is no promise: counted here as well. */
static size_t
take(char *data, size_t size, size_t count, void *user_data)
{
  Taken *taken = user_data;
  size_t len = size * count; /* size is 1 */

  taken->len += len;
  taken->too_long = taken->len > (size_t)MOST;
  if (taken->too_long || fwrite(data, 1, len, stdout) != len)
    return 0;
  return len;
}

/* It writes to no file, and becomes nobody else. */
static bool
give_up_rights(void)
{
  const struct rlimit none = {0, 0};
  struct stat st;

  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
      setrlimit(RLIMIT_CORE, &none) != 0)
    return false;
  if (fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode))
    return true; /* a person wants it in one */
  return setrlimit(RLIMIT_FSIZE, &none) == 0;
}

static bool
set_up(CURL *curl, const char *url, const char *ca, Taken *taken)
{
  const struct {
    CURLoption option;
    long value;
  } numbers[] = {
      {CURLOPT_FOLLOWLOCATION, 1},
      {CURLOPT_MAXREDIRS, REDIRECTS},
      {CURLOPT_SSL_VERIFYPEER, 1},
      {CURLOPT_SSL_VERIFYHOST, 2},
      {CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2},
      {CURLOPT_FAILONERROR, 1},
      {CURLOPT_NOSIGNAL, 1},
      {CURLOPT_CONNECTTIMEOUT, CONNECT_S},
      {CURLOPT_TIMEOUT, WHOLE_S},
      {CURLOPT_LOW_SPEED_LIMIT, SLOW_BYTES},
      {CURLOPT_LOW_SPEED_TIME, SLOW_S},
      {CURLOPT_MAXFILESIZE, MOST},
  };
  bool good = true;

  for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
    good = good && curl_easy_setopt(curl, numbers[i].option,
                                    numbers[i].value) == CURLE_OK;
  return good &&
         curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "https") == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "https") ==
             CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_URL, url) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_USERAGENT,
                          "keyturn/" KEYTURN_VERSION) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take) == CURLE_OK &&
         curl_easy_setopt(curl, CURLOPT_WRITEDATA, taken) == CURLE_OK &&
         (ca == NULL ||
          (curl_easy_setopt(curl, CURLOPT_CAINFO, ca) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CAPATH, NULL) == CURLE_OK));
}

static int
fetch(const char *url, const char *ca)
{
  CURL *curl = curl_easy_init();
  char words[CURL_ERROR_SIZE] = "";
  Taken taken = {0};
  CURLcode code = CURLE_FAILED_INIT;

  if (curl != NULL && set_up(curl, url, ca, &taken) &&
      curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, words) == CURLE_OK)
    code = curl_easy_perform(curl);
  if (taken.too_long)
    fprintf(stderr, "more than %ld bytes came\n", MOST);
  else if (code != CURLE_OK)
    fprintf(stderr, "%s\n", *words ? words : curl_easy_strerror(code));
  else if (taken.len == 0)
    fprintf(stderr, "nothing came\n");
  curl_easy_cleanup(curl);
  return code == CURLE_OK && taken.len > 0 && fflush(stdout) == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
  const char *ca = NULL;
  int r;

  if (argc == 4 && strcmp(argv[1], "--ca") == 0)
    ca = argv[2];
  else if (argc != 2 || argv[1][0] == '-') {
    fprintf(stderr, "usage: keyturn-fetch [--ca FILE] URL\n");
    return 2;
  }
  if (!give_up_rights() || curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
    fprintf(stderr, "keyturn-fetch cannot start\n");
    return 1;
  }
  r = fetch(argv[argc - 1], ca);
  curl_global_cleanup();
  return r;
}
