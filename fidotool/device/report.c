/* SPDX-License-Identifier: Apache-2.0 */
/* report.c - what every pipe of reports has in common: its end. */
#include "fidotool/device/report.h"

void
fidotool_report_free(FidotoolReport *pipe)
{
  if (pipe)
    pipe->ops->close(pipe);
}
