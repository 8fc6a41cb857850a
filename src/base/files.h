/* files.h - the files that a run has read, by path: scripts with their content, data by name. Open,
 * the table takes down what is read from the disk; sealed, it stands in the disk's place, so that
 * an earlier run can be made again from what was taken down. */
#ifndef OMS_BASE_FILES_H
#define OMS_BASE_FILES_H

#include "base/containers.h"

typedef struct oms_file {
  const char *path; /* as it was opened: relative ones stay so */
  const char *text; /* of a script; NULL: a data file, whose content is not held */
  size_t n;
  const char *actual; /* of data: where it lies now; NULL: at 'path' */
} oms_file_t;

/* Zeroed and given its 'list' by oms_files_init; ended by oms_files_free. */
typedef struct oms_files {
  oms_arena_t arena;
  oms_array_t list; /* oms_file_t, in order of the first reading */
  bool sealed;
  const char *library; /* sealed: what the folder of the library is called in its paths */
  const char *changed; /* the first script that had other content when it was read again */
  /* Once the table has been written down; NULL: nobody. Open: told of a script that is read later
   * with content that the table does not have (text NULL: it has one, and it is gone). Sealed:
   * asked before a path is looked for, and may change the table. OMS_OK, else nothing is read. */
  int (*late)(void *late_self, struct oms_files *f, const char *path, const char *text, size_t n);
  void *late_self;
} oms_files_t;

void oms_files_init(oms_files_t *f);
void oms_files_free(oms_files_t *f);
/* NULL when the table has no such path. */
const oms_file_t *oms_files_find(const oms_files_t *f, const char *path);
/* Takes a script down (copies). A path that is there stays as it was first read, and other content
 * is noted in 'changed'. OMS_ERR_NOMEM. */
int oms_files_add(oms_files_t *f, const char *path, const char *text, size_t n);
/* The same, in the place of what the table has; text NULL: it has none any more. OMS_ERR_NOMEM. */
int oms_files_change(oms_files_t *f, const char *path, const char *text, size_t n);
/* Whether the table has that script with that content (text NULL: whether it has none). */
bool oms_files_same(const oms_files_t *f, const char *path, const char *text, size_t n);
/* Takes a data file down by its name; 'actual' (NULL: the same) is copied. OMS_ERR_NOMEM. */
int oms_files_add_data(oms_files_t *f, const char *path, const char *actual);

#endif
