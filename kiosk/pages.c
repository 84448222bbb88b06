/* SPDX-License-Identifier: Apache-2.0 */
/* pages.c - every page there is. */
#include "kiosk/pages.h"

#include "kiosk/act-page.h"
#include "kiosk/sign-in-page.h"
#include "kiosk/welcome-page.h"

/* clang-format off */
static const struct {
  const char *name;
  GType (*type)(void);
} pages[KIOSK_N_STEPS] = {
  [KIOSK_STEP_WELCOME]     = { "welcome",     kiosk_welcome_page_get_type },
  [KIOSK_STEP_SIGN_IN]     = { "sign-in",     kiosk_sign_in_page_get_type },
  [KIOSK_STEP_ACT]         = { "act",         kiosk_act_page_get_type },
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
