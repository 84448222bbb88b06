/* SPDX-License-Identifier: Apache-2.0 */
/* fuzz-tar.c - an archive: what is read has safe paths, each once. */
#include <sys/mman.h>
#include <unistd.h>

#include "recovery/format/tar.h"
#include "tests/fuzz/fuzz.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
  int fd = memfd_create("fuzz-tar", 0);
  g_autoptr(GPtrArray) files = NULL;

  g_assert(fd >= 0 && write(fd, data, len) == (ssize_t)len);
  g_assert(lseek(fd, 0, SEEK_SET) == 0);
  files = recovery_tar_read(fd, 1 << 20, NULL);
  close(fd);
  for (unsigned i = 0; files != NULL && i < files->len; i++) {
    const RecoveryTarFile *file = g_ptr_array_index(files, i);

    g_assert(recovery_tar_is_path(file->path));
    g_assert(recovery_tar_find(files, file->path) == file);
  }
  if (files != NULL && files->len > 0)
    fuzz_accepted(data, len);
  return 0;
}
