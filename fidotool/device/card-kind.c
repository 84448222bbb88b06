/* SPDX-License-Identifier: Apache-2.0 */
/* card-kind.c - a look at a card, by selecting FIDO's applet. */
#include "fidotool/device/card-kind.h"

#include "fidotool/device/card.h"
#include "fidotool/error.h"

FidotoolCardKind
fidotool_card_kind_look(FidotoolReaders *readers, const char *reader)
{
  g_autoptr(FidotoolTransport) card =
      fidotool_card_new(readers, reader, 0, NULL);
  g_autoptr(GError) error = NULL;

  if (fidotool_card_select_now(card, &error))
    return FIDOTOOL_CARD_KIND_FIDO;
  if (g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_NO_DEVICE))
    return FIDOTOOL_CARD_KIND_EMPTY;
  if (g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_UNSUPPORTED))
    return FIDOTOOL_CARD_KIND_OTHER;
  if (g_error_matches(error, FIDOTOOL_ERROR, FIDOTOOL_ERROR_BUSY))
    return FIDOTOOL_CARD_KIND_BUSY;
  return FIDOTOOL_CARD_KIND_MUTE;
}

const char *
fidotool_card_kind_name(FidotoolCardKind kind)
{
  switch (kind) {
  case FIDOTOOL_CARD_KIND_EMPTY:
    return "empty";
  case FIDOTOOL_CARD_KIND_FIDO:
    return "fido";
  case FIDOTOOL_CARD_KIND_OTHER:
    return "other";
  case FIDOTOOL_CARD_KIND_BUSY:
    return "busy";
  case FIDOTOOL_CARD_KIND_MUTE:
    return "mute";
  }
  return "mute";
}
