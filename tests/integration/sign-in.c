/* SPDX-License-Identifier: Apache-2.0 */
/* sign-in.c - STATION DEVICE PIN: what a screen does when somebody plugs in
 * their key. Whose it is comes from the station's list and the key's proof; no
 * person is named. Prints the roles that became active. */
#include <stdio.h>
#include <string.h>

#include "fidotool/act/signing.h"
#include "fidotool/secret.h"
#include "recovery/service/client.h"

typedef char *(*Call)(RecoveryClient *client, const char *request,
                      GError **error);

/* Takes request. */
static FidotoolJson *
ask(RecoveryClient *client, Call call, FidotoolJson *request, GError **error)
{
  g_autoptr(FidotoolJson) taken = request;
  g_autofree char *text = fidotool_json_write(taken, NULL);
  g_autofree char *answer = call(client, text, error);

  return answer ? fidotool_json_parse(answer, strlen(answer), error) : NULL;
}

static FidotoolJson *
query(RecoveryClient *client, const char *what, GError **error)
{
  FidotoolJson *request = fidotool_json_new_object();

  fidotool_json_set_text(request, "what", what);
  return ask(client, recovery_client_query, request, error);
}

static FidotoolSecret *
give_pin(const FidotoolClientPin *what, gpointer data, GError **error)
{
  (void)what;
  (void)error; /* it is always known */
  return fidotool_secret_new_copy(data, strlen(data));
}

/* Propose by the key alone, sign with it, hand it in. */
static bool
activate(RecoveryClient *client, const FidotoolClientJobs *how,
         const FidotoolJson *signer, GError **error)
{
  const char *role = fidotool_json_text(
      fidotool_json_at(fidotool_json_get(signer, "roles"), 0));
  FidotoolJson *request = fidotool_json_new_object();
  g_autoptr(FidotoolJson) proposal = NULL, done = NULL;
  g_autoptr(RecoveryView) view = NULL;
  FidotoolJson *sig = NULL;

  fidotool_json_set_text(request, "act", "role.activate");
  fidotool_json_set_text(request, "cred",
                         fidotool_json_get_text(signer, "cred"));
  fidotool_json_set_text(request, "role", role);
  proposal = ask(client, recovery_client_propose, request, error);
  if (proposal)
    view = recovery_viewer_read(proposal, error);
  if (view)
    sig = fidotool_signing_sign(how, view, proposal, NULL, error);
  if (sig)
    done = ask(client, recovery_client_submit, sig, error);
  return done && fidotool_json_get(done, "done") != NULL;
}

static bool
sign_in(RecoveryClient *client, const FidotoolClientJobs *how, GError **error)
{
  g_autoptr(FidotoolJson) list = query(client, "signers", error);
  g_autoptr(FidotoolJson) status = NULL;
  const FidotoolJson *signers = fidotool_json_get(list, "signers");
  const FidotoolJson *roles;
  int index;

  if (!list)
    return false;
  index = fidotool_signing_find(how, signers,
                                fidotool_json_get_text(list, "rp_id"), error);
  if (index < 0 ||
      !activate(client, how, fidotool_json_at(signers, (size_t)index), error))
    return false;
  status = query(client, "status", error);
  roles = fidotool_json_get(status, "roles");
  for (size_t i = 0; i < fidotool_json_size(roles); i++) {
    const FidotoolJson *row = fidotool_json_at(roles, i);

    printf("%s %s\n", fidotool_json_get_text(row, "person"),
           fidotool_json_get_text(row, "role"));
  }
  return status != NULL;
}

int
main(int argc, char **argv)
{
  g_autoptr(GError) error = NULL;
  g_autoptr(RecoveryClient) client = NULL;
  bool ok;

  if (argc != 4)
    return 2;
  client = recovery_client_open(argv[1], 0, &error);
  if (client) {
    const FidotoolClientHooks hooks = {
        .pin = give_pin, .data = argv[3], .helper = g_getenv("KEYHELPER")};
    const FidotoolClientJobs how = {.device = argv[2], .hooks = &hooks};

    ok = sign_in(client, &how, &error);
    if (ok)
      return 0;
  }
  fprintf(stderr, "%s\n", error ? error->message : "refused");
  return error ? error->code : 1;
}
