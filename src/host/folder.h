/* folder.h - a folder of results: made, locked against a second run, its files named when they are
 * whole. */
#ifndef OMS_HOST_FOLDER_H
#define OMS_HOST_FOLDER_H

#include "base/err.h"

/* Makes the folder and its parents where they are missing. OMS_ERR_IO, OMS_ERR_NOMEM, OMS_ERR_USAGE
 * (no name). */
int oms_folder_make(const char *path, oms_error_t *err);
/* Opens the folder and locks it as long as '*fd' is open; the caller closes it (also after a
 * failure, where it is not -1). Where the file system has no locks there is none. OMS_ERR_IO, also
 * when another run has it. */
int oms_folder_lock(const char *path, int *fd, oms_error_t *err);
/* folder/name.part becomes folder/name, whatever was there before. OMS_ERR_IO, OMS_ERR_NOMEM. */
int oms_folder_name(const char *folder, const char *name, oms_error_t *err);
/* Takes folder/name away where it is. OMS_ERR_IO, OMS_ERR_NOMEM. */
int oms_folder_remove(const char *folder, const char *name, oms_error_t *err);

#endif
