/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-certificate.c - a certificate, its profiles, and a chain to itself. */
#include "fidotool/judge/aik.h"
#include "fidotool/judge/chain.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  static const uint8_t aaguid[16] = "keyturnN";
  FidotoolSlice der = {data, len};
  const char *why;
  g_autoptr(FidotoolCertificates) list =
      fidotool_certificate_list_parse(&der, 1, &why);
  g_autoptr(FidotoolAnchors) anchors = fidotool_chain_anchors_new();
  FidotoolSlice value;
  uint8_t anchor[32];
  FidotoolAik aik;
  bool fact;

  if (list == NULL)
    return 0;
  (void)fidotool_certificate_check_subject(list->x509[0]); /* any answer */
  (void)fidotool_certificate_check_not_ca(list->x509[0], &fact); /* any */
  (void)fidotool_certificate_check_aaguid(list->x509[0], aaguid,
                                          &fact); /* any answer will do */
  (void)fidotool_certificate_extension(list->x509[0], "1.3.6.1.4.1.45724.1.1.5",
                                       &value); /* any answer will do */
  if (fidotool_aik_check(list->x509[0], aaguid, &aik, &fact) == NULL)
    g_assert(aik.manufacturer != NULL && aik.model != NULL &&
             aik.version != NULL);
  fidotool_aik_clear(&aik);
  if (fidotool_chain_anchors_add(anchors, der))
    (void)fidotool_chain_judge(NULL, list, anchors, 1772355600,
                               anchor); /* any answer will do */
  fuzz_accepted(data, len);
  return 0;
}
