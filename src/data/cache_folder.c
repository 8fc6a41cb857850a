/* cache_folder.c - the folder of the cache: its files listed, removed, kept below a size. Only
 * names that the cache gives are touched, whatever else lies there. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/containers.h"
#include "data/cache_internal.h"

#define HALF_WRITTEN_SECONDS 86400 /* who began one a day ago is not writing it any more */
#define NAME_MOST            96

struct found {
  char name[NAME_MOST];
  int64_t size;
  struct timespec used;
};

bool oms_cache_is_ours(const char *name) {
  size_t n = strlen(name);
  return n < NAME_MOST && strspn(name, "0123456789abcdef") == 32 &&
         strncmp(name + 32, ".rows", 5) == 0 && (n == 37 || name[37] == '.');
}

static bool is_whole(const struct found *f) {
  return strlen(f->name) == 37;
}

static int compare(const void *a, const void *b) {
  const struct found *x = a, *y = b;
  if (x->used.tv_sec != y->used.tv_sec) {
    return x->used.tv_sec < y->used.tv_sec ? -1 : 1;
  }
  if (x->used.tv_nsec != y->used.tv_nsec) {
    return x->used.tv_nsec < y->used.tv_nsec ? -1 : 1;
  }
  return strcmp(x->name, y->name);
}

/* Our files, oldest use first: an array of struct found. */
static int find(const char *folder, oms_array_t *out, oms_error_t *err) {
  oms_array_init(out, sizeof(struct found));
  DIR *dir = opendir(folder);
  if (dir == NULL) {
    return errno == ENOENT
               ? OMS_OK
               : oms_error_set(err, OMS_ERR_IO, "%s: the folder cannot be read", folder);
  }
  int rc = OMS_OK;
  const struct dirent *entry;
  while (rc == OMS_OK && (entry = readdir(dir)) != NULL) {
    struct stat st;
    struct found f = {.size = 0};
    if (oms_cache_is_ours(entry->d_name) &&
        fstatat(dirfd(dir), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)) {
      memcpy(f.name, entry->d_name, strlen(entry->d_name) + 1);
      f.size = (int64_t)st.st_size;
      f.used = st.st_mtim;
      rc = oms_array_push(out, &f) == OMS_OK
               ? OMS_OK
               : oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the list of the cache");
    }
  }
  (void)closedir(dir);
  if (out->n > 1) {
    qsort(out->data, out->n, sizeof(struct found), compare);
  }
  return rc;
}

static bool path_of(const char *folder, const struct found *f, char *out, size_t n) {
  int length = snprintf(out, n, "%s/%s", folder, f->name);
  return length > 0 && (size_t)length < n;
}

/* The source that the header names, as far as it is one of this version. */
static void read_source(const char *path, char source[CACHE_PATH]) {
  struct cache_header h;
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  source[0] = '\0';
  if (fd >= 0 && read(fd, &h, sizeof h) == (ssize_t)sizeof h &&
      memcmp(h.magic, CACHE_MAGIC, sizeof h.magic) == 0 && h.version == CACHE_VERSION &&
      h.order == CACHE_ORDER) {
    memcpy(source, h.path, CACHE_PATH);
    source[CACHE_PATH - 1] = '\0';
  }
  if (fd >= 0) {
    (void)close(fd);
  }
}

int oms_cache_list(const char *folder, void (*each)(void *ctx, const oms_cache_file_t *file),
                   void *ctx, oms_error_t *err) {
  oms_array_t files;
  char path[CACHE_PATH + NAME_MOST], source[CACHE_PATH];
  int rc = find(folder, &files, err);
  for (size_t i = 0; rc == OMS_OK && i < files.n; i++) {
    const struct found *f = OMS_AT(&files, struct found, i);
    if (is_whole(f) && path_of(folder, f, path, sizeof path)) {
      read_source(path, source);
      const oms_cache_file_t file = {path, source, f->size};
      each(ctx, &file);
    }
  }
  oms_array_free(&files);
  return rc;
}

int oms_cache_clear(const char *folder, size_t *n, int64_t *bytes, oms_error_t *err) {
  oms_array_t files;
  char path[CACHE_PATH + NAME_MOST];
  *n = 0;
  *bytes = 0;
  int rc = find(folder, &files, err);
  for (size_t i = 0; rc == OMS_OK && i < files.n; i++) {
    const struct found *f = OMS_AT(&files, struct found, i);
    if (!path_of(folder, f, path, sizeof path)) {
      continue;
    }
    if (unlink(path) == 0) {
      *n += is_whole(f) ? 1 : 0;
      *bytes += f->size;
    } else if (errno != ENOENT) {
      rc = oms_error_set(err, OMS_ERR_IO, "%s: cannot be removed; is the folder yours?", path);
    }
  }
  oms_array_free(&files);
  return rc;
}

static bool is_abandoned(const struct found *f) {
  struct timespec now;
  (void)clock_gettime(CLOCK_REALTIME, &now);
  return !is_whole(f) && now.tv_sec - f->used.tv_sec > HALF_WRITTEN_SECONDS;
}

void oms_cache_prune(const char *folder, int64_t most) {
  oms_array_t files;
  char path[CACHE_PATH + NAME_MOST];
  int64_t sum = 0;
  if (find(folder, &files, NULL) == OMS_OK) {
    for (size_t i = 0; i < files.n; i++) {
      sum += OMS_AT(&files, struct found, i)->size;
    }
    for (size_t i = 0; i < files.n; i++) {
      const struct found *f = OMS_AT(&files, struct found, i);
      bool surplus = is_whole(f) && sum > most && i + 1 < files.n; /* the newest stays */
      if ((surplus || is_abandoned(f)) && path_of(folder, f, path, sizeof path) &&
          unlink(path) == 0) {
        sum -= f->size;
      }
    }
  }
  oms_array_free(&files);
}
