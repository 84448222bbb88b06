/* SPDX-License-Identifier: Apache-2.0 */
/* curve.c - one key for each curve, whose point is changed. */
#include "fidotool/judge/curve.h"

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>

#define FIELD_MAX 66

G_DEFINE_AUTOPTR_CLEANUP_FUNC(EVP_PKEY_CTX, EVP_PKEY_CTX_free)

typedef struct {
  uint8_t bytes[1 + 2 * FIELD_MAX];
  size_t len; /* 0: none, or it is in doubt */
} Point;

/* Whether what is set up to verify takes the key's new point with it: nothing
 * in OpenSSL's manual says so. */
typedef enum { UNSEEN, FOLLOWS, STAYS } Behaviour;

/* Lives as long as the program. */
typedef struct {
  const char *group; /* NULL: not made yet */
  EVP_PKEY *pkey;
  Point point;       /* that it has */
  EVP_PKEY_CTX *ctx; /* set up to verify; NULL: not yet */
  Point ctx_point;   /* that it had then */
  Behaviour behaviour;
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

static bool
is_same(const Point *a, const Point *b)
{
  return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* OpenSSL refuses a point that is off the curve or at infinity; whatever it
 * leaves in the key then is not used. */
static bool
set_point(Curve *curve, FidotoolSlice x, FidotoolSlice y)
{
  Point point = {.bytes = {POINT_CONVERSION_UNCOMPRESSED}};

  point.len = 1 + x.len + y.len;
  if (point.len > sizeof(point.bytes))
    return false;
  memcpy(point.bytes + 1, x.data, x.len);
  memcpy(point.bytes + 1 + x.len, y.data, y.len);
  if (is_same(&curve->point, &point))
    return true;
  curve->point.len = 0;
  if (EVP_PKEY_set1_encoded_public_key(curve->pkey, point.bytes, point.len) !=
      1)
    return false;
  curve->point = point;
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

static bool
verify(EVP_PKEY_CTX *ctx, FidotoolSlice digest, FidotoolSlice sig)
{
  return EVP_PKEY_verify(ctx, sig.data, sig.len, digest.data, digest.len) == 1;
}

/* A good signature by another point's key than the one that ctx was set up
 * with: does ctx think so, too? */
static void
learn(Curve *curve, EVP_PKEY_CTX **ctx, FidotoolSlice digest, FidotoolSlice sig)
{
  if (curve->ctx == NULL) {
    curve->ctx = g_steal_pointer(ctx);
    curve->ctx_point = curve->point;
  } else if (curve->behaviour == UNSEEN &&
             !is_same(&curve->ctx_point, &curve->point)) {
    curve->behaviour = verify(curve->ctx, digest, sig) ? FOLLOWS : STAYS;
  }
}

/* With a context of its own. */
static bool
verify_afresh(Curve *curve, FidotoolSlice digest, FidotoolSlice sig)
{
  g_autoptr(EVP_PKEY_CTX) ctx =
      EVP_PKEY_CTX_new_from_pkey(NULL, curve->pkey, NULL);

  if (ctx == NULL || EVP_PKEY_verify_init(ctx) != 1 ||
      !verify(ctx, digest, sig))
    return false;
  learn(curve, &ctx, digest, sig);
  return true;
}

bool
fidotool_curve_verify(const char *group, FidotoolSlice x, FidotoolSlice y,
                      FidotoolSlice digest, FidotoolSlice sig)
{
  bool good = false;
  Curve *curve;

  g_mutex_lock(&lock);
  curve = find_curve(group);
  if (curve != NULL && set_point(curve, x, y))
    good = curve->behaviour == FOLLOWS ? verify(curve->ctx, digest, sig)
                                       : verify_afresh(curve, digest, sig);
  g_mutex_unlock(&lock);
  return good;
}
