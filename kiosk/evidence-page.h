/* SPDX-License-Identifier: Apache-2.0 */
/* evidence-page.h - staff: how the person of a case is checked, and what was
 * seen. */
#pragma once

#include "kiosk/page.h"

#define KIOSK_TYPE_EVIDENCE_PAGE (kiosk_evidence_page_get_type())
G_DECLARE_FINAL_TYPE(KioskEvidencePage, kiosk_evidence_page, KIOSK,
                     EVIDENCE_PAGE, KioskPage)
