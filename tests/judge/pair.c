/* SPDX-License-Identifier: Apache-2.0 */
/* pair.c - prints a registration and an assertion of the same credential, as
 * requests to the judge, one line each. */
#include <stdio.h>

#include "make-assertion.h"

static void
print_request(FidotoolJson *request)
{
  g_autoptr(FidotoolJson) taken = request;
  g_autofree char *text = fidotool_json_write(taken, NULL);

  printf("%s\n", text);
}

int
main(void)
{
  static const MakeRegistration registration = {.count = 1};
  MakeAssertion assertion = {0};
  EVP_PKEY *pkey = NULL;

  print_request(make_registration(&registration, &pkey));
  assertion.pkey = pkey;
  print_request(make_assertion(&assertion));
  EVP_PKEY_free(pkey);
  return 0;
}
