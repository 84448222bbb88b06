/* SPDX-License-Identifier: Apache-2.0 */
/* widgets.h - all of this folder, for a program that starts. */
#pragma once

#include "kiosk/widgets/choice.h"
#include "kiosk/widgets/columns.h"
#include "kiosk/widgets/code-pad.h"
#include "kiosk/widgets/decoration.h"
#include "kiosk/widgets/error-strip.h"
#include "kiosk/widgets/heading.h"
#include "kiosk/widgets/keyboard.h"
#include "kiosk/widgets/keypad.h"
#include "kiosk/widgets/pair.h"
#include "kiosk/widgets/qr-view.h"
#include "kiosk/widgets/ring.h"
#include "kiosk/widgets/secret-entry.h"
#include "kiosk/widgets/sound.h"
#include "kiosk/widgets/speech.h"
#include "kiosk/widgets/text-entry.h"

/* Once, after gtk_init(): registers the types for templates, and adds the
 * style sheet and the icons of the resources to the default display. */
void kiosk_widgets_init(void);
