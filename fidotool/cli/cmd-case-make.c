/* SPDX-License-Identifier: Apache-2.0 */
/* cmd-case-make.c - fidotool case make: the person's new key makes its
 * credential, tied to the frozen case, and proves that it works. */
#include <stdio.h>
#include <string.h>

#include "fidotool/act/making.h"
#include "fidotool/bytes.h"
#include "fidotool/cli/commands.h"
#include "fidotool/cli/governed.h"
#include "fidotool/cli/key-run.h"
#include "fidotool/cli/sitting.h"

typedef struct {
  FidotoolGovernedOptions who;
  char *key; /* the new one */
  gboolean spare;
} Options;

static void
clear_options(Options *options)
{
  g_free(options->who.as);
  g_free(options->who.role);
  g_free(options->key);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Options, clear_options)

/* The options come from the station; what the key answers goes back to it. */
static FidotoolJson *
make(FidotoolGoverned *governed, const char *of, GError **error)
{
  g_autoptr(FidotoolJson) request =
      fidotool_governed_request(governed, "case.made");
  g_autoptr(FidotoolJson) offer = NULL;
  g_autoptr(FidotoolJson) made = NULL;
  g_autoptr(FidotoolJson) answer = NULL;

  fidotool_json_set_text(request, "case", of);
  offer = fidotool_governed_propose(governed, request, error);
  if (!offer)
    return NULL;
  made = fidotool_key_run_answer(governed->cmd, fidotool_making_case, offer,
                                 error);
  if (!made)
    return NULL;
  fidotool_json_set_text(made, "act", "case.made");
  fidotool_json_set_text(made, "case", of);
  answer = fidotool_governed_submit(governed, made, error);
  return answer ? fidotool_json_copy(fidotool_json_get(answer, "done")) : NULL;
}

/* A spare is only another key: the first must be there. */
static bool
check_spare(FidotoolGoverned *governed, const char *of, bool spare,
            GError **error)
{
  g_autoptr(FidotoolJson) request = fidotool_json_new_object();
  g_autoptr(FidotoolJson) answer = NULL;
  size_t made;

  fidotool_json_set_text(request, "what", "case");
  fidotool_json_set_text(request, "case", of);
  answer = fidotool_governed_query(governed, request, error);
  if (!answer)
    return false;
  made = fidotool_json_size(fidotool_json_get(answer, "made"));
  if (spare == (made > 0))
    return true;
  g_set_error(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_USAGE,
              spare ? "the key itself is not made yet: leave out --spare"
                    : "the key is made already; add --spare for a second one");
  return false;
}

static int
run(FidotoolCmd *cmd, Options *options, const char *of)
{
  g_autofree char *role = g_steal_pointer(&options->who.role);
  g_autoptr(GError) error = NULL;
  g_autoptr(FidotoolJson) done = NULL;
  FidotoolGoverned governed;

  if (fidotool_governed_open(&governed, cmd, &options->who, 0, &error) &&
      fidotool_governed_any_role(&governed, role, "agent", &error) &&
      check_spare(&governed, of, options->spare, &error)) {
    /* Two keys are at work: that of staff above, the person's from here. */
    if (options->key) {
      g_free(cmd->device);
      cmd->device = g_strdup(options->key);
    }
    done = make(&governed, of, &error);
  }
  if (!done)
    return fidotool_governed_failed(&governed, g_steal_pointer(&error));
  fidotool_sitting_set_case(of);
  if (!cmd->json)
    fidotool_governed_print(done);
  return fidotool_governed_done(&governed, g_steal_pointer(&done),
                                FIDOTOOL_CMD_CHANGED);
}

int
fidotool_cmd_case_make(FidotoolCmd *cmd, int argc, char **argv)
{
  g_auto(Options) options = {0};
  const GOptionEntry entries[] = {
      FIDOTOOL_GOVERNED_ENTRIES(&options.who),
      {"key", 0, 0, G_OPTION_ARG_STRING, &options.key,
       "the new key, as \"fidotool key list\" names it", "SEL"},
      {"spare", 0, 0, G_OPTION_ARG_NONE, &options.spare,
       "make a second key, to be kept in another place", NULL},
      G_OPTION_ENTRY_NULL};
  g_autoptr(GError) error = NULL;
  const char *of;

  if (!fidotool_cmd_parse(
          cmd, entries,
          "With the person present: their new key makes its credential, with "
          "the PIN they chose,\nand answers a test right after. It is good "
          "for nothing until it was approved.\n"
          "Example:\n  fidotool case make c-4f1e22aa --as ada "
          "--key hid:/dev/hidraw3",
          &argc, &argv, &error))
    return fidotool_cmd_failed(cmd, g_steal_pointer(&error));
  of = fidotool_sitting_find_case(argc, argv, &error);
  return of ? run(cmd, &options, of)
            : fidotool_cmd_failed(cmd, g_steal_pointer(&error));
}
