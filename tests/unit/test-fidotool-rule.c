/* SPDX-License-Identifier: Apache-2.0 */
/* test-fidotool-rule.c - keyhelper is no oracle: who may ask for what. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fidotool/error.h"
#include "fidotool/helper/rule.h"
#include "tests/testing.h"

#define CHILD false
#define STATION true
/* 2026-11-20 10:05 UTC */
#define NOW_MS INT64_C(1795169100000)

/* clang-format off */
static const struct {
  const char *name;
  bool station;
  const char *request;
  int code; /* 0: served */
} requests[] = {
  { "list", CHILD, "{\"job\":\"list\"}", 0 },
  { "make for anybody", CHILD, "{\"job\":\"make\",\"rp_id\":\"example.org\"}", 0 },
  { "assert for anybody", CHILD, "{\"job\":\"assert\",\"rp_id\":\"example.org\"}", 0 },
  { "our RP ID by hash", CHILD, "{\"job\":\"assert\",\"rp_id\":\"keyturn:approval\"}", FIDOTOOL_ERROR_POLICY },
  { "practice by hash", CHILD, "{\"job\":\"assert\",\"rp_id\":\"keyturn-practice:approval\"}", FIDOTOOL_ERROR_POLICY },
  { "make for ours", CHILD, "{\"job\":\"make\",\"rp_id\":\"keyturn:approval\"}", 0 },
  { "make for ours, test by hash", CHILD, "{\"job\":\"make\",\"rp_id\":\"keyturn:approval\",\"test\":{}}", FIDOTOOL_ERROR_POLICY },
  { "statement for ours", CHILD, "{\"job\":\"sign\",\"rp_id\":\"keyturn:approval\"}", 0 },
  { "statement for others", CHILD, "{\"job\":\"sign\",\"rp_id\":\"example.org\"}", FIDOTOOL_ERROR_POLICY },
  { "no RP ID", CHILD, "{\"job\":\"assert\"}", FIDOTOOL_ERROR_USAGE },
  { "empty RP ID", CHILD, "{\"job\":\"make\",\"rp_id\":\"\"}", FIDOTOOL_ERROR_USAGE },
  { "no job", CHILD, "{}", FIDOTOOL_ERROR_USAGE },
  { "unknown job", CHILD, "{\"job\":\"format\"}", FIDOTOOL_ERROR_USAGE },
  { "listed RP ID", STATION, "{\"job\":\"make\",\"rp_id\":\"desk.example\",\"test\":{}}", 0 },
  { "RP ID off the list", STATION, "{\"job\":\"make\",\"rp_id\":\"example.org\"}", FIDOTOOL_ERROR_POLICY },
  { "assertion alone", STATION, "{\"job\":\"assert\",\"rp_id\":\"desk.example\"}", FIDOTOOL_ERROR_POLICY },
  { "statement on a station", STATION, "{\"job\":\"sign\",\"rp_id\":\"keyturn:approval\"}", 0 },
  { "our hash on a station", STATION, "{\"job\":\"assert\",\"rp_id\":\"keyturn:approval\"}", FIDOTOOL_ERROR_POLICY },
  { "practice on a station", STATION, "{\"job\":\"sign\",\"rp_id\":\"keyturn-practice:approval\"}", FIDOTOOL_ERROR_POLICY },
  { "the list of what is stored", STATION, "{\"job\":\"credential-list\"}", 0 },
  { "delete without a plan", STATION, "{\"job\":\"credential-delete\"}", FIDOTOOL_ERROR_POLICY },
  { "delete a fingerprint without a plan", STATION, "{\"job\":\"fingerprint-delete\"}", FIDOTOOL_ERROR_POLICY },
  { "purge without a plan", STATION, "{\"job\":\"blob-purge\"}", FIDOTOOL_ERROR_POLICY },
  { "look what a reset would lose", STATION, "{\"job\":\"reset-plan\"}", FIDOTOOL_ERROR_POLICY },
  { "reset without a plan", STATION, "{\"job\":\"reset\"}", FIDOTOOL_ERROR_POLICY },
  { "reset as a child", CHILD, "{\"job\":\"reset\"}", 0 },
  { "settings on a station", STATION, "{\"job\":\"config-set\"}", 0 },
  { "delete as a child", CHILD, "{\"job\":\"credential-delete\"}", 0 },
  { "which key it is, as a child", CHILD, "{\"job\":\"make\",\"rp_id\":\"example.org\",\"enterprise\":2}", 0 },
  { "which key it is, for one that may know", STATION, "{\"job\":\"make\",\"rp_id\":\"desk.example\",\"enterprise\":2}", 0 },
  { "which key it is, for one that may not", STATION, "{\"job\":\"make\",\"rp_id\":\"keyturn:approval\",\"enterprise\":1}", FIDOTOOL_ERROR_POLICY },
  { "which key it is, off the list", STATION, "{\"job\":\"make\",\"rp_id\":\"big.example\",\"enterprise\":2}", FIDOTOOL_ERROR_POLICY },
  { "proof off the list", STATION, "{\"job\":\"prove\",\"rp_id\":\"example.org\"}", FIDOTOOL_ERROR_POLICY },
};
/* clang-format on */

static char *
write_file(const char *text)
{
  char *path = NULL;
  int fd = g_file_open_tmp("keyturn-rule-XXXXXX", &path, NULL);

  assert_true(fd >= 0);
  close(fd);
  assert_true(g_file_set_contents(path, text, -1, NULL));
  return path;
}

static void
each_request_is_served_or_refused(void **state)
{
  g_autofree char *path =
      write_file("[keyhelper]\nrp_ids=desk.example;keyturn:approval\n"
                 "enterprise_rp_ids=desk.example;big.example\n");
  g_autoptr(FidotoolRule) child = fidotool_rule_new();
  g_autoptr(FidotoolRule) station = fidotool_rule_read(path, false, NULL);

  (void)state;
  assert_non_null(station);
  for (size_t i = 0; i < G_N_ELEMENTS(requests); i++) {
    g_autoptr(FidotoolJson) request = fidotool_json_parse(
        requests[i].request, strlen(requests[i].request), NULL);
    g_autoptr(GError) error = NULL;
    bool ok = fidotool_rule_check(requests[i].station ? station : child,
                                  request, NOW_MS, &error);

    if (ok != (requests[i].code == 0) ||
        (error && error->code != requests[i].code))
      fail_msg("%s: %s", requests[i].name, error ? error->message : "served");
  }
  unlink(path);
}

static void
a_station_without_its_file_serves_nobody(void **state)
{
  g_autofree char *empty = write_file("");
  g_autofree char *open_to_all = write_file("[keyhelper]\nrp_ids=a\n");

  (void)state;
  assert_null(fidotool_rule_read("/nonexistent/keyhelper.conf", false, NULL));
  assert_null(fidotool_rule_read(empty, false, NULL));
  /* Not root's, or writable by others: then it says nothing. */
  assert_int_equal(chmod(open_to_all, 0666), 0);
  assert_null(fidotool_rule_read(open_to_all, true, NULL));
  unlink(empty);
  unlink(open_to_all);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_request_is_served_or_refused),
      cmocka_unit_test(a_station_without_its_file_serves_nobody),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
