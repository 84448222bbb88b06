/* SPDX-License-Identifier: Apache-2.0 */
/* receipt.c - only what is named here goes on it: the person's name is in what
 * recoveryd answers, and stays there. */
#include "kiosk/receipt.h"

#include <glib/gi18n.h>
#include <string.h>

#include "kiosk/plain.h"
#include "kiosk/when.h"
#include "kiosk/words.h"

static void
free_line(gpointer data)
{
  KioskReceiptLine *line = data;

  g_free(line->label);
  g_free(line->text);
  g_free(line);
}

void
kiosk_receipt_free(KioskReceipt *receipt)
{
  if (receipt == NULL)
    return;
  g_free(receipt->title);
  g_free(receipt->reference);
  g_free(receipt->short_code);
  g_ptr_array_unref(receipt->lines);
  g_ptr_array_unref(receipt->advice);
  g_free(receipt->proof);
  g_free(receipt);
}

static void
add(KioskReceipt *receipt, const char *label, const char *text)
{
  KioskReceiptLine *line;

  if (text == NULL || *text == '\0')
    return;
  line = g_new0(KioskReceiptLine, 1);
  line->label = g_strdup(label);
  line->text = kiosk_plain_text(text);
  g_ptr_array_add(receipt->lines, line);
}

static char *
short_hash(const char *hex)
{
  if (hex == NULL || !g_str_is_ascii(hex) || strlen(hex) < 16)
    return g_strdup("");
  return g_strdup_printf("%.4s %.4s %.4s %.4s", hex, hex + 4, hex + 8,
                         hex + 12);
}

static void
add_keys(KioskReceipt *receipt, const FidotoolJson *of)
{
  const FidotoolJson *reported = fidotool_json_get(of, "reported");
  const FidotoolJson *made = fidotool_json_get(of, "made");

  for (size_t i = 0; i < fidotool_json_size(reported); i++) {
    const FidotoolJson *key = fidotool_json_at(reported, i);
    const char *word = fidotool_json_get_text(key, "state");
    g_autofree char *state = kiosk_words_name("key", word == NULL ? "" : word);
    g_autofree char *hash = short_hash(fidotool_json_get_text(key, "cred"));
    g_autofree char *text = g_strdup_printf("%s: %s", hash, state);

    add(receipt, _("Reported key"), text);
  }
  for (size_t i = 0; i < fidotool_json_size(made); i++) {
    g_autofree char *hash =
        short_hash(fidotool_json_get_text(fidotool_json_at(made, i), "cred"));

    add(receipt, i == 0 ? _("New key") : _("Spare key"), hash);
  }
}

static void
add_record(KioskReceipt *receipt, const FidotoolJson *proof)
{
  g_autofree char *size = g_strdup_printf(
      "%" G_GINT64_FORMAT, fidotool_json_get_int(proof, "size", 0));
  g_autofree char *entry = g_strdup_printf(
      "%" G_GINT64_FORMAT, fidotool_json_get_int(proof, "seq", 0));

  add(receipt, _("Entry of the record"), entry);
  add(receipt, _("Size of the record"), size);
  add(receipt, _("Root of the record"), fidotool_json_get_text(proof, "root"));
}

static void
add_advice(KioskReceipt *receipt, const char *phone)
{
  g_ptr_array_add(
      receipt->advice,
      g_strdup(_("You did not ask for this? Stop it at a station with the "
                 "code from your notice: \"I did not ask for this\".")));
  if (phone != NULL)
    g_ptr_array_add(receipt->advice,
                    /* TRANSLATORS: %s: a telephone number */
                    g_strdup_printf(_("Or call %s."), phone));
  g_ptr_array_add(
      receipt->advice,
      g_strdup(_("The QR code proves that this stands in the record. An "
                 "auditor can check it.")));
}

KioskReceipt *
kiosk_receipt_new(const FidotoolJson *proof, const FidotoolJson *of,
                  const char *phone, int64_t now_s)
{
  const char *text = fidotool_json_get_text(proof, "proof");
  const char *word = fidotool_json_get_text(proof, "state");
  const char *moment = fidotool_json_get_text(of, "not_before");
  g_autofree char *state =
      word == NULL ? NULL : kiosk_words_name("state", word);
  g_autofree char *until =
      kiosk_when_is_ahead(moment, now_s) ? kiosk_when_text(moment) : NULL;
  KioskReceipt *receipt;

  if (text == NULL)
    return NULL;
  receipt = g_new0(KioskReceipt, 1);
  receipt->lines = g_ptr_array_new_with_free_func(free_line);
  receipt->advice = g_ptr_array_new_with_free_func(g_free);
  receipt->title = g_strdup(_("Receipt"));
  receipt->reference = kiosk_plain_text(fidotool_json_get_text(proof, "case"));
  receipt->proof = g_strdup(text);
  if (fidotool_json_get_text(of, "short_code") != NULL)
    receipt->short_code =
        kiosk_plain_text(fidotool_json_get_text(of, "short_code"));
  add(receipt, _("State"), state);
  add(receipt, _("Waiting period until"), until);
  add_keys(receipt, of);
  add_record(receipt, proof);
  add_advice(receipt, phone);
  return receipt;
}

char *
kiosk_receipt_text(const KioskReceipt *receipt)
{
  GString *out = g_string_new(NULL);

  g_string_append_printf(out, "%s\n%s: %s\n", receipt->title, _("Reference"),
                         receipt->reference);
  if (receipt->short_code != NULL)
    g_string_append_printf(out, "%s: %s\n", _("Short code"),
                           receipt->short_code);
  for (guint i = 0; i < receipt->lines->len; i++) {
    const KioskReceiptLine *line = receipt->lines->pdata[i];

    g_string_append_printf(out, "%s: %s\n", line->label, line->text);
  }
  for (guint i = 0; i < receipt->advice->len; i++)
    g_string_append_printf(out, "%s\n", (char *)receipt->advice->pdata[i]);
  g_string_append_printf(out, "\n%s", receipt->proof);
  return g_string_free(out, FALSE);
}
