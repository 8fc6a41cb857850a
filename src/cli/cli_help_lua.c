/* cli_help_lua.c - moondesk help lua: the documentation of the Lua API (bind/doc.h) on the terminal
 * or as files. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bind/doc.h"
#include "cli/cli.h"

static int make_folder(const char *path, oms_error_t *err) {
  if (mkdir(path, 0777) != 0 && errno != EEXIST) {
    return oms_error_set(err, OMS_ERR_IO, "cannot make the folder %s: %s", path, strerror(errno));
  }
  return OMS_OK;
}

static int write_file(const char *folder, const char *name, void (*content)(FILE *to),
                      oms_error_t *err) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  if (file == NULL) {
    return oms_error_set(err, OMS_ERR_IO, "cannot write %s: %s", path, strerror(errno));
  }
  content(file);
  bool bad = ferror(file) != 0;
  if (fclose(file) != 0 || bad) {
    return oms_error_set(err, OMS_ERR_IO, "cannot write %s: the disk did not take it", path);
  }
  return OMS_OK;
}

static int write_files(const char *folder, oms_error_t *err) {
  char meta[4096];
  snprintf(meta, sizeof meta, "%s/meta", folder);
  int rc = make_folder(folder, err);
  if (rc == OMS_OK) {
    rc = make_folder(meta, err);
  }
  if (rc == OMS_OK) {
    rc = write_file(meta, "oms.lua", oms_doc_meta, err);
  }
  if (rc == OMS_OK) {
    rc = write_file(folder, "README.md", oms_doc_page, err);
  }
  if (rc == OMS_OK) {
    printf("%s/meta/oms.lua, %s/README.md\n", folder, folder);
  }
  return rc;
}

static int print_name(const char *name, oms_error_t *err) {
  const oms_doc_t *d = oms_doc_find(name);
  const oms_doc_class_t *c = d == NULL ? oms_doc_find_class(name) : NULL;
  if (d != NULL) {
    oms_doc_print(d, stdout);
  } else if (c != NULL) {
    oms_doc_print_class(c, stdout);
  } else {
    const char *near = oms_doc_nearest(name);
    char hint[OMS_NEAR_TEXT];
    return oms_error_set(err, OMS_ERR_USAGE, "the Lua API has no '%.100s'%s", name,
                         near != NULL ? oms_near_text(near, hint)
                                      : "; 'moondesk help lua' lists it");
  }
  return OMS_OK;
}

int oms_cli_help_lua(const char *name, const char *folder) {
  oms_error_t err;
  int rc = OMS_OK;
  if (folder != NULL) {
    rc = write_files(folder, &err);
  } else if (name != NULL) {
    rc = print_name(name, &err);
  } else {
    oms_doc_list(stdout);
  }
  return rc == OMS_OK ? OMS_EXIT_DONE : oms_cli_fail(NULL, &err);
}
