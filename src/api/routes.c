/* routes.c - finds the route of a request in the tables, and lists the tables and parts of which
 * the API consists. */
#include <stdio.h>
#include <string.h>

#include "api/oms_int.h"

const oms_route_table_t *const oms_route_tables[] = {&oms_v2_table, &oms_data_table, &oms_own_table,
                                                     NULL};
const oms_part_t *const oms_parts[] = {&oms_v2_part,   &oms_scripts_part, &oms_events_part,
                                       &oms_risk_part, &oms_metrics_part, NULL};

/* Matches a raw path with a pattern; a part in braces takes everything up to the next slash. */
static bool matches(const char *pattern, const char *path, oms_path_part_t parts[OMS_PATH_PARTS]) {
  size_t part = 0;
  while (*pattern != '\0') {
    if (*pattern != '{') {
      if (*pattern++ != *path++) {
        return false;
      }
      continue;
    }
    size_t n = strcspn(path, "/");
    pattern = strchr(pattern, '}') + 1;
    if (n == 0 || n >= sizeof parts->text || part == OMS_PATH_PARTS ||
        oms_url_decode(path, n, false, parts[part++].text) == SIZE_MAX) {
      return false;
    }
    path += n;
  }
  return *path == '\0';
}

static void add_method(char allow[64], const char *method) {
  size_t n = strlen(allow);
  snprintf(allow + n, 64 - n, "%s%s", n == 0 ? "" : ", ", method);
}

const oms_route_t *oms_route_find(const char *method, const char *raw_path,
                                  oms_path_part_t parts[OMS_PATH_PARTS], char allow[64]) {
  allow[0] = '\0';
  for (size_t t = 0; oms_route_tables[t] != NULL; t++) {
    for (size_t i = 0; i < oms_route_tables[t]->route_n; i++) {
      const oms_route_t *r = &oms_route_tables[t]->routes[i];
      if (!matches(r->path, raw_path, parts)) {
        continue;
      }
      if (strcmp(r->method, method) == 0) {
        return r;
      }
      add_method(allow, r->method);
    }
  }
  return NULL;
}

const oms_schema_t *oms_schema_find(const char *name) {
  for (size_t t = 0; name != NULL && oms_route_tables[t] != NULL; t++) {
    for (size_t i = 0; i < oms_route_tables[t]->schema_n; i++) {
      if (strcmp(oms_route_tables[t]->schemas[i].name, name) == 0) {
        return &oms_route_tables[t]->schemas[i];
      }
    }
  }
  return NULL;
}
