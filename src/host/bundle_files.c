/* bundle_files.c - bundles and the data that they name, on the disk. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "host/bundle.h"
#include "host/file_hash.h"
#include "host/run.h"

#define BUNDLE_MAX (INT64_C(1) << 30)

static int failed(const char *what, const char *path, int number, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_IO, "cannot %s %s: %s", what, path, strerror(number));
}

int oms_bundle_write(const oms_bundle_t *b, const char *path, oms_error_t *err) {
  char *bytes;
  size_t n;
  if (oms_bundle_encode(b, &bytes, &n) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the bundle");
  }
  errno = 0;
  FILE *to = fopen(path, "wb");
  bool good = to != NULL && fwrite(bytes, 1, n, to) == n;
  int why = errno;
  if (to != NULL && fclose(to) != 0 && good) {
    good = false;
    why = errno;
  }
  oms_free(bytes);
  return good ? OMS_OK : failed("write", path, why, err);
}

static int read_whole(const char *path, char **bytes, size_t *n, oms_error_t *err) {
  struct stat st;
  FILE *in = fopen(path, "rb");
  if (in == NULL || fstat(fileno(in), &st) != 0) {
    int why = errno;
    if (in != NULL) {
      fclose(in);
    }
    return failed("read", path, why, err);
  }
  int rc = OMS_OK;
  if (!S_ISREG(st.st_mode) || st.st_size > BUNDLE_MAX) {
    rc = oms_error_set(err, OMS_ERR_DATA, "%s: it is no bundle of a run", path);
  }
  *bytes = rc == OMS_OK ? oms_alloc((size_t)st.st_size + 1) : NULL;
  if (rc == OMS_OK && *bytes == NULL) {
    rc = oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", path);
  }
  if (rc == OMS_OK) {
    *n = fread(*bytes, 1, (size_t)st.st_size, in);
    rc = ferror(in) ? failed("read", path, errno, err) : OMS_OK;
  }
  fclose(in);
  return rc;
}

static bool is_folder(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

int oms_bundle_read(oms_bundle_t *b, const char *path, oms_error_t *err) {
  char inside[PATH_MAX];
  char *bytes = NULL;
  size_t n = 0;
  oms_error_t why;
  if (is_folder(path)) {
    if (snprintf(inside, sizeof inside, "%s/run.bundle", path) >= (int)sizeof inside) {
      return oms_error_set(err, OMS_ERR_USAGE, "%.200s...: the path is too long", path);
    }
    path = inside;
  }
  int rc = read_whole(path, &bytes, &n, err);
  if (rc == OMS_OK) {
    rc = oms_bundle_decode(b, bytes, n, &why);
    rc = rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "%s: %s", path, why.message);
  }
  oms_free(bytes);
  return rc;
}

/* Without "." and "FOLDER/..": the folders of a session may be gone where its data are not. */
static void clean(const char *path, char *out) {
  size_t n = 0;
  bool root = path[0] == '/';
  for (const char *p = path; *p != '\0';) {
    size_t length = strcspn(p, "/");
    const char *last = out;
    for (size_t i = 0; i < n; i++) {
      last = out[i] == '/' ? out + i + 1 : last;
    }
    size_t last_n = n - (size_t)(last - out);
    bool up = length == 2 && memcmp(p, "..", 2) == 0;
    if (up && last_n > 0 && !(last_n == 2 && memcmp(last, "..", 2) == 0)) {
      n = last == out ? 0 : (size_t)(last - out) - 1;
    } else if (length > 0 && !(length == 1 && *p == '.')) {
      n += n > 0 || root ? 1 : 0;
      if (n > 0) {
        out[n - 1] = '/';
      }
      memcpy(out + n, p, length);
      n += length;
    }
    p += length + (p[length] == '/');
  }
  out[n] = '\0';
}

static bool is_in(const char *folder, const char *path, char *out, size_t n) {
  int length =
      folder == NULL ? snprintf(out, n, "%s", path) : snprintf(out, n, "%s/%s", folder, path);
  return length > 0 && (size_t)length < n && access(out, F_OK) == 0;
}

/* Where the file lies now: under its recorded path or its name alone. */
static bool locate(const char *path, const char *folder, char *out, size_t n) {
  char library[PATH_MAX], cleaned[PATH_MAX];
  const char *slash = strrchr(path, '/');
  size_t marked = sizeof OMS_BUNDLE_LIBRARY - 1;
  if (strlen(path) >= sizeof cleaned) {
    return false;
  }
  clean(path, cleaned);
  if (folder != NULL) {
    return is_in(folder, path, out, n) || is_in(folder, cleaned, out, n) ||
           (slash != NULL && is_in(folder, slash + 1, out, n));
  }
  if (strncmp(path, OMS_BUNDLE_LIBRARY "/", marked + 1) == 0) {
    return oms_library_folder(library, sizeof library) && is_in(library, path + marked + 1, out, n);
  }
  return is_in(NULL, path, out, n) || is_in(NULL, cleaned, out, n);
}

static int find_one(oms_bundle_t *b, const oms_bundle_data_t *d, const char *folder,
                    oms_error_t *err) {
  char actual[PATH_MAX];
  oms_bundle_data_t now;
  if (d->size < 0) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s: the run read it from a pipe or device: it cannot be made again",
                         d->path);
  }
  if (!locate(d->path, folder, actual, sizeof actual)) {
    return oms_error_set(err, OMS_ERR_IO,
                         "%s: the data file of the run is not %s%s; give the folder that holds it "
                         "with --data-dir DIR",
                         d->path, folder != NULL ? "in " : "there", folder != NULL ? folder : "");
  }
  int rc = oms_file_hash(actual, &now.size, now.digest, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if (now.size != d->size || strcmp(now.digest, d->digest) != 0) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s: it is not the file of the run: its hash is %s (%" PRId64
                         " bytes), the run's was %s (%" PRId64 " bytes)",
                         actual, now.digest, now.size, d->digest, d->size);
  }
  rc = oms_files_add_data(&b->sources, d->path, actual);
  return rc == OMS_OK ? OMS_OK : oms_error_set(err, rc, "out of memory for the data list");
}

int oms_bundle_find_data(oms_bundle_t *b, const char *folder, oms_error_t *err) {
  const char *changed = oms_bundle_get(&b->facts, "changed");
  if (oms_bundle_get(&b->facts, "partial") != NULL) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "the run was cut short: where it ended is not known, so that it cannot be "
                         "made again");
  }
  if (oms_bundle_get(&b->facts, "reloaded") != NULL) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "scripts were reloaded while the run went by the clock: when is not "
                         "recorded, so that it cannot be made again");
  }
  if (changed != NULL) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s: the file was changed while the run was going on: it cannot be made "
                         "again",
                         changed);
  }
  int rc = OMS_OK;
  for (size_t i = 0; rc == OMS_OK && i < b->data.n; i++) {
    rc = find_one(b, OMS_AT(&b->data, oms_bundle_data_t, i), folder, err);
  }
  const char *library = oms_bundle_get(&b->facts, "library");
  b->sources.library = library != NULL ? library : OMS_BUNDLE_LIBRARY;
  b->sources.sealed = true;
  return rc;
}
