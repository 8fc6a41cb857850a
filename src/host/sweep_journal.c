/* sweep_journal.c - reads what is there up to the first line that is not whole, cuts the rest off,
 * appends. Invariant: the file is a head and whole lines whenever a row has been added. */
#include "host/sweep_journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "host/csv_out.h"

#define HEAD_MOST 80

struct oms_sweep_journal {
  char *path;
  int fd;
  time_t synced;
};

static int io_error(const oms_sweep_journal_t *j, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_IO, "cannot write %s: %s", j->path, strerror(errno));
}

static int put(oms_sweep_journal_t *j, const char *text, size_t n, oms_error_t *err) {
  while (n > 0) {
    ssize_t wrote = write(j->fd, text, n);
    if (wrote < 0 && errno != EINTR) {
      return io_error(j, err);
    }
    text += wrote > 0 ? wrote : 0;
    n -= wrote > 0 ? (size_t)wrote : 0;
  }
  return OMS_OK;
}

/* One line of the file, without its end; false at its end, or when the end of the line is not
 * there. */
static bool read_line(FILE *from, char *line, size_t cap, size_t *n) {
  if (fgets(line, (int)cap, from) == NULL) {
    return false;
  }
  *n = strlen(line);
  if (*n == 0 || line[*n - 1] != '\n') {
    return false;
  }
  line[--*n] = '\0';
  return true;
}

/* Rows up to the first line that is none; '*end' is left behind the last good one. */
static void read_rows(FILE *from, oms_sweep_row_t *rows, size_t n, size_t *taken, long *end) {
  char line[OMS_SWEEP_LINE + 2];
  size_t length, task;
  oms_sweep_row_t row;
  while (read_line(from, line, sizeof line, &length) &&
         oms_sweep_decode(line, length, &task, &row)) {
    if (task >= n || rows[task].status != OMS_SWEEP_WAITING) {
      oms_sweep_row_free(&row);
      return;
    }
    rows[task] = row;
    ++*taken;
    *end = ftell(from);
  }
}

/* Reads an existing journal; '*end' 0: there is none, or not even its head was whole. */
static int read_file(const oms_sweep_journal_t *j, const char *head, oms_sweep_row_t *rows,
                     size_t n, size_t *taken, long *end, oms_error_t *err) {
  char line[HEAD_MOST + 2];
  size_t length;
  FILE *from = fopen(j->path, "r");
  if (from == NULL) {
    return errno == ENOENT
               ? OMS_OK
               : oms_error_set(err, OMS_ERR_IO, "cannot read %s: %s", j->path, strerror(errno));
  }
  int rc = OMS_OK;
  if (read_line(from, line, sizeof line, &length)) {
    if (strcmp(line, head) != 0) {
      rc = oms_error_set(err, OMS_ERR_USAGE,
                         "%s is of another sweep: a script, the data, a setting or the grid was a "
                         "different one; --fresh throws it away, another --out keeps it",
                         j->path);
    } else {
      *end = ftell(from);
      read_rows(from, rows, n, taken, end);
    }
  }
  (void)fclose(from);
  return rc;
}

static int open_file(oms_sweep_journal_t *j, const char *head, long end, oms_error_t *err) {
  j->fd = open(j->path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (j->fd < 0 || ftruncate(j->fd, end) != 0) {
    return io_error(j, err);
  }
  int rc = end > 0 ? OMS_OK : put(j, head, strlen(head), err);
  return rc == OMS_OK && end == 0 ? put(j, "\n", 1, err) : rc;
}

int oms_sweep_journal_open(const char *folder, const char *digest, bool fresh,
                           oms_sweep_row_t *rows, size_t n, size_t *taken,
                           oms_sweep_journal_t **out, oms_error_t *err) {
  char head[HEAD_MOST];
  long end = 0;
  oms_sweep_journal_t *j = oms_alloc_zero(1, sizeof *j);
  char *path = oms_csv_out_path(folder, OMS_SWEEP_JOURNAL, "");
  *taken = 0;
  if (j == NULL || path == NULL) {
    oms_free(j);
    oms_free(path);
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the sweep");
  }
  j->path = path;
  j->fd = -1;
  snprintf(head, sizeof head, "moondesk sweep 1 %s %zu", digest, n);
  int rc = fresh ? OMS_OK : read_file(j, head, rows, n, taken, &end, err);
  if (rc == OMS_OK) {
    rc = open_file(j, head, end, err);
  }
  if (rc != OMS_OK) {
    oms_sweep_journal_close(j);
    return rc;
  }
  *out = j;
  return OMS_OK;
}

int oms_sweep_journal_add(oms_sweep_journal_t *j, const char *line, size_t n, oms_error_t *err) {
  char text[OMS_SWEEP_LINE + 1];
  memcpy(text, line, n);
  text[n] = '\n';
  int rc = put(j, text, n + 1, err); /* one write: a row is torn only where the disk is full */
  time_t now = time(NULL);
  if (rc == OMS_OK && now != j->synced) {
    j->synced = now;
    (void)fdatasync(j->fd); /* not every file can; the row is in the file all the same */
  }
  return rc;
}

void oms_sweep_journal_close(oms_sweep_journal_t *j) {
  if (j != NULL) {
    if (j->fd >= 0) {
      (void)close(j->fd);
    }
    oms_free(j->path);
    oms_free(j);
  }
}
