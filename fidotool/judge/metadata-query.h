/* SPDX-License-Identifier: Apache-2.0 */
/* metadata-query.h - a small language about models:
 *
 *   certified >= L2 and not status any-bad and (transport nfc or transport usb)
 *
 * "not" binds closest, then "and", then "or". What an entry does not say is
 * neither true nor false, and stays so under "not": a model is found where the
 * query is true of it, never because something is unknown. */
#pragma once

#include "fidotool/judge/metadata-field.h"

/* Longest query, and deepest nesting of it. */
#define FIDOTOOL_METADATA_QUERY_MAX 4096
#define FIDOTOOL_METADATA_QUERY_DEPTH 32

typedef struct FidotoolMetadataQuery FidotoolMetadataQuery;

/*
 * Reads a query.
 *
 * ret_at   where it is wrong, in bytes from its start
 * returns  the query, freed with fidotool_metadata_query_free(); NULL and error
 * errors   FIDOTOOL_ERROR_USAGE: what is wrong, and what would be right
 */
FidotoolMetadataQuery *
fidotool_metadata_query_parse(const char *text, size_t *ret_at, GError **error);
void fidotool_metadata_query_free(FidotoolMetadataQuery *query);

/* Asks it of a model as it stood at a time, seconds UTC. */
FidotoolMetadataTruth
fidotool_metadata_query_ask(const FidotoolMetadataQuery *query,
                            const FidotoolJson *entry, int64_t at);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(FidotoolMetadataQuery,
                              fidotool_metadata_query_free)
