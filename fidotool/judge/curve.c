/* SPDX-License-Identifier: Apache-2.0 */
/* curve.c - one key for each curve, whose point is changed. */
#include "fidotool/judge/curve.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>

#define FIELD_MAX 66

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)

/* Lives as long as the program. */
typedef struct {
  const char *group; /* NULL: not made yet */
  EVP_PKEY *pkey;
  uint8_t point[1 + 2 * FIELD_MAX]; /* that it has */
  size_t len;                       /* 0: none, or it is in doubt */
} Curve;

static GMutex lock;
static Curve curves[3];

static bool
open_curve(Curve *curve, const char *group)
{
  OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(
                             OSSL_PKEY_PARAM_GROUP_NAME, (char *)group, 0),
                         OSSL_PARAM_construct_end()};
  g_autoptr(EVP_PKEY_CTX) ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);

  if (ctx == NULL || EVP_PKEY_fromdata_init(ctx) != 1 ||
      EVP_PKEY_fromdata(ctx, &curve->pkey, EVP_PKEY_KEY_PARAMETERS, params) !=
          1)
    return false;
  curve->group = group;
  return true;
}

static Curve *
find_curve(const char *group)
{
  for (size_t i = 0; i < G_N_ELEMENTS(curves); i++) {
    if (curves[i].group == NULL && !open_curve(&curves[i], group))
      return NULL;
    if (strcmp(curves[i].group, group) == 0)
      return &curves[i];
  }
  return NULL;
}

/* OpenSSL refuses a point that is off the curve or at infinity; whatever it
 * leaves in the key then is not used. */
static bool
set_point(Curve *curve, FidotoolSlice x, FidotoolSlice y)
{
  uint8_t point[sizeof(curve->point)] = {POINT_CONVERSION_UNCOMPRESSED};
  const size_t len = 1 + x.len + y.len;

  if (len > sizeof(point))
    return false;
  memcpy(point + 1, x.data, x.len);
  memcpy(point + 1 + x.len, y.data, y.len);
  if (curve->len == len && memcmp(curve->point, point, len) == 0)
    return true;
  curve->len = 0;
  if (EVP_PKEY_set1_encoded_public_key(curve->pkey, point, len) != 1)
    return false;
  memcpy(curve->point, point, len);
  curve->len = len;
  return true;
}

EVP_PKEY *
fidotool_curve_borrow(const char *group, FidotoolSlice x, FidotoolSlice y)
{
  Curve *curve;

  g_mutex_lock(&lock);
  curve = find_curve(group);
  if (curve != NULL && set_point(curve, x, y))
    return curve->pkey;
  g_mutex_unlock(&lock);
  return NULL;
}

void
fidotool_curve_give_back(void)
{
  g_mutex_unlock(&lock);
}
