/* SPDX-License-Identifier: Apache-2.0 */
/* exchange.c - a folder that is watched. */
#include "kiosk/exchange.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kiosk/new-file.h"

#define END ".json"
/* What the kiosk writes itself begins so. */
#define OWN "statement-"
/* A statement lives 15 minutes; clocks differ. */
#define OLD_S (20 * 60)
/* Files looked at in one go: more is nobody's work. */
#define SCAN_MAX 1000

struct _KioskExchange {
  GObject parent;
  char *folder;
  GFileMonitor *monitor; /* NULL: it does not watch */
  GHashTable *done;      /* SHA-256 of what was dealt with */
};

G_DEFINE_FINAL_TYPE(KioskExchange, kiosk_exchange, G_TYPE_OBJECT)

static guint arrived;

static bool
is_name(const char *name)
{
  return *name != '.' && g_str_has_suffix(name, END) &&
         !g_str_has_prefix(name, OWN);
}

static char *
read_all(int fd, size_t size)
{
  g_autofree char *text = g_malloc(size + 1);
  size_t len = 0;
  ssize_t n;

  while (len < size && (n = read(fd, text + len, size - len)) != 0) {
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return NULL;
    len += (size_t)n;
  }
  text[len] = '\0';
  return strlen(text) == len ? g_steal_pointer(&text) : NULL;
}

/* A file and nothing else; one that is opened waits for nobody. */
static char *
read_file(KioskExchange *self, const char *name, bool any_age)
{
  g_autofree char *path = g_build_filename(self->folder, name, NULL);
  int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  char *text = NULL;
  struct stat info;

  if (fd < 0)
    return NULL;
  if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode) && info.st_size > 0 &&
      info.st_size <= KIOSK_EXCHANGE_MAX &&
      (any_age || info.st_mtime >= g_get_real_time() / G_USEC_PER_SEC - OLD_S))
    text = read_all(fd, (size_t)info.st_size);
  (void)close(fd); /* it was only read */
  return text;
}

static bool
is_signed(const char *text)
{
  g_autoptr(FidotoolJson) json = fidotool_json_parse(text, strlen(text), NULL);

  return fidotool_json_get_text(json, "sig") != NULL &&
         fidotool_json_get_text(json, "statement") != NULL;
}

/* A file that is still being written is no JSON yet, and looked at again. */
static void
look_at(KioskExchange *self, const char *name, bool any_age)
{
  g_autofree char *text = is_name(name) ? read_file(self, name, any_age) : NULL;
  g_autofree char *digest = NULL;

  if (text == NULL || !is_signed(text))
    return;
  digest = g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1);
  if (!g_hash_table_contains(self->done, digest))
    g_signal_emit(self, arrived, 0, text);
}

void
kiosk_exchange_mark(KioskExchange *self, const char *text)
{
  g_hash_table_add(self->done,
                   g_compute_checksum_for_string(G_CHECKSUM_SHA256, text, -1));
}

static void
on_file_changed(KioskExchange *self, GFile *file, GFile *other,
                GFileMonitorEvent event)
{
  g_autofree char *name =
      g_file_get_basename(event == G_FILE_MONITOR_EVENT_RENAMED ? other : file);

  if (event != G_FILE_MONITOR_EVENT_DELETED &&
      event != G_FILE_MONITOR_EVENT_MOVED_OUT)
    look_at(self, name, true);
}

static void
scan(KioskExchange *self)
{
  g_autoptr(GDir) dir = g_dir_open(self->folder, 0, NULL);
  const char *name;

  for (int i = 0;
       dir != NULL && i < SCAN_MAX && (name = g_dir_read_name(dir)) != NULL;
       i++)
    look_at(self, name, false);
}

void
kiosk_exchange_watch(KioskExchange *self, bool watch)
{
  g_autoptr(GFile) folder = g_file_new_for_path(self->folder);

  if (watch == (self->monitor != NULL))
    return;
  if (!watch) {
    g_clear_object(&self->monitor);
    return;
  }
  self->monitor =
      g_file_monitor_directory(folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor != NULL)
    g_signal_connect_object(self->monitor, "changed",
                            G_CALLBACK(on_file_changed), self,
                            G_CONNECT_SWAPPED);
  scan(self);
}

char *
kiosk_exchange_write(KioskExchange *self, const FidotoolJson *proposal,
                     const char *short_code, GError **error)
{
  g_autofree char *line = fidotool_json_write(proposal, NULL);
  g_autofree char *text = g_strconcat(line, "\n", NULL);
  g_auto(GStrv) parts =
      g_strsplit(short_code == NULL ? "case" : short_code, " ", -1);
  g_autofree char *code = g_strjoinv("", parts);
  g_autofree char *stem = g_strconcat(OWN, code, NULL);

  return kiosk_new_file_write(self->folder, stem, END, text, strlen(text),
                              error);
}

const char *
kiosk_exchange_folder(KioskExchange *self)
{
  return self->folder;
}

static void
kiosk_exchange_finalize(GObject *object)
{
  KioskExchange *self = KIOSK_EXCHANGE(object);

  g_clear_object(&self->monitor);
  g_hash_table_unref(self->done);
  g_free(self->folder);
  G_OBJECT_CLASS(kiosk_exchange_parent_class)->finalize(object);
}

static void
kiosk_exchange_class_init(KioskExchangeClass *klass)
{
  G_OBJECT_CLASS(klass)->finalize = kiosk_exchange_finalize;
  arrived = g_signal_new("arrived", KIOSK_TYPE_EXCHANGE, G_SIGNAL_RUN_LAST, 0,
                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
kiosk_exchange_init(KioskExchange *self)
{
  self->done = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

KioskExchange *
kiosk_exchange_new(const char *folder)
{
  KioskExchange *self = g_object_new(KIOSK_TYPE_EXCHANGE, NULL);

  self->folder = g_strdup(folder);
  return self;
}
