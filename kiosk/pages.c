/* SPDX-License-Identifier: Apache-2.0 */
/* pages.c - every page there is. */
#include "kiosk/pages.h"

#include "kiosk/act-page.h"
#include "kiosk/appointment-page.h"
#include "kiosk/away-page.h"
#include "kiosk/case-page.h"
#include "kiosk/check-page.h"
#include "kiosk/contest-page.h"
#include "kiosk/contested-page.h"
#include "kiosk/elsewhere-page.h"
#include "kiosk/evidence-page.h"
#include "kiosk/handover-page.h"
#include "kiosk/home-page.h"
#include "kiosk/identity-page.h"
#include "kiosk/insert-page.h"
#include "kiosk/locked-page.h"
#include "kiosk/lost-page.h"
#include "kiosk/pending-page.h"
#include "kiosk/person-page.h"
#include "kiosk/pin-page.h"
#include "kiosk/receipt-page.h"
#include "kiosk/return-page.h"
#include "kiosk/sign-in-page.h"
#include "kiosk/status-page.h"
#include "kiosk/stop-page.h"
#include "kiosk/touch-page.h"
#include "kiosk/welcome-page.h"

/* clang-format off */
static const struct {
  const char *name;
  GType (*type)(void);
} pages[KIOSK_N_STEPS] = {
  [KIOSK_STEP_WELCOME]     = { "welcome",     kiosk_welcome_page_get_type },
  [KIOSK_STEP_LOST]        = { "lost",        kiosk_lost_page_get_type },
  [KIOSK_STEP_APPOINTMENT] = { "appointment", kiosk_appointment_page_get_type },
  [KIOSK_STEP_CONTEST]     = { "contest",     kiosk_contest_page_get_type },
  [KIOSK_STEP_CONTESTED]   = { "contested",   kiosk_contested_page_get_type },
  [KIOSK_STEP_SIGN_IN]     = { "sign-in",     kiosk_sign_in_page_get_type },
  [KIOSK_STEP_HOME]        = { "home",        kiosk_home_page_get_type },
  [KIOSK_STEP_PERSON]      = { "person",      kiosk_person_page_get_type },
  [KIOSK_STEP_CASE]        = { "case",        kiosk_case_page_get_type },
  [KIOSK_STEP_EVIDENCE]    = { "evidence",    kiosk_evidence_page_get_type },
  [KIOSK_STEP_ACT]         = { "act",         kiosk_act_page_get_type },
  [KIOSK_STEP_ELSEWHERE]   = { "elsewhere",   kiosk_elsewhere_page_get_type },
  [KIOSK_STEP_HANDOVER]    = { "handover",    kiosk_handover_page_get_type },
  [KIOSK_STEP_IDENTITY]    = { "identity",    kiosk_identity_page_get_type },
  [KIOSK_STEP_INSERT]      = { "insert",      kiosk_insert_page_get_type },
  [KIOSK_STEP_PIN]         = { "pin",         kiosk_pin_page_get_type },
  [KIOSK_STEP_CHECK]       = { "check",       kiosk_check_page_get_type },
  [KIOSK_STEP_TOUCH]       = { "touch",       kiosk_touch_page_get_type },
  [KIOSK_STEP_PENDING]     = { "pending",     kiosk_pending_page_get_type },
  [KIOSK_STEP_RETURN]      = { "return",      kiosk_return_page_get_type },
  [KIOSK_STEP_RECEIPT]     = { "receipt",     kiosk_receipt_page_get_type },
  [KIOSK_STEP_STATUS]      = { "status",      kiosk_status_page_get_type },
  [KIOSK_STEP_STOP]        = { "stop",        kiosk_stop_page_get_type },
  [KIOSK_STEP_LOCKED]      = { "locked",      kiosk_locked_page_get_type },
  [KIOSK_STEP_AWAY]        = { "away",        kiosk_away_page_get_type },
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
