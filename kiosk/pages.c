/* SPDX-License-Identifier: Apache-2.0 */
/* pages.c - every page there is. */
#include "kiosk/pages.h"

#include "kiosk/act-page.h"
#include "kiosk/case-page.h"
#include "kiosk/elsewhere-page.h"
#include "kiosk/evidence-page.h"
#include "kiosk/home-page.h"
#include "kiosk/locked-page.h"
#include "kiosk/person-page.h"
#include "kiosk/receipt-page.h"
#include "kiosk/sign-in-page.h"
#include "kiosk/status-page.h"
#include "kiosk/welcome-page.h"

/* clang-format off */
static const struct {
  const char *name;
  GType (*type)(void);
} pages[KIOSK_N_STEPS] = {
  [KIOSK_STEP_WELCOME]     = { "welcome",     kiosk_welcome_page_get_type },
  [KIOSK_STEP_SIGN_IN]     = { "sign-in",     kiosk_sign_in_page_get_type },
  [KIOSK_STEP_HOME]        = { "home",        kiosk_home_page_get_type },
  [KIOSK_STEP_PERSON]      = { "person",      kiosk_person_page_get_type },
  [KIOSK_STEP_CASE]        = { "case",        kiosk_case_page_get_type },
  [KIOSK_STEP_EVIDENCE]    = { "evidence",    kiosk_evidence_page_get_type },
  [KIOSK_STEP_ELSEWHERE]   = { "elsewhere",   kiosk_elsewhere_page_get_type },
  [KIOSK_STEP_ACT]         = { "act",         kiosk_act_page_get_type },
  [KIOSK_STEP_RECEIPT]     = { "receipt",     kiosk_receipt_page_get_type },
  [KIOSK_STEP_STATUS]      = { "status",      kiosk_status_page_get_type },
  [KIOSK_STEP_LOCKED]      = { "locked",      kiosk_locked_page_get_type },
};
/* clang-format on */

KioskPage *
kiosk_pages_new(KioskStep step)
{
  g_assert(step < KIOSK_N_STEPS);
  return g_object_new(pages[step].type(), NULL);
}

const char *
kiosk_pages_name(KioskStep step)
{
  g_assert(step < KIOSK_N_STEPS);
  return pages[step].name;
}
