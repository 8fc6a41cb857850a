/* sweep_check.c - what is wrong with a grid is told before anything runs: no such strategy, no such
 * parameter, a value that it does not take. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "bind/script.h"
#include "host/sweep_int.h"

/* Axes. */

static int no_strategy(const oms_sweep_run_t *r, const char *name, const char *id,
                       oms_error_t *err) {
  char stems[16][256];
  const char *names[16];
  size_t n = r->config->strategy_n < 16 ? r->config->strategy_n : 16;
  for (size_t i = 0; i < n; i++) {
    names[i] = oms_entry_id(&r->config->strategies[i], stems[i], sizeof stems[i]);
  }
  if (id == NULL) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "--grid: the session has %zu strategies: write ID.%s with the id of one "
                         "of them, such as %s.%s",
                         r->config->strategy_n, name, n > 0 ? names[0] : "main", name);
  }
  char hint[OMS_NEAR_TEXT];
  return oms_error_set(err, OMS_ERR_USAGE, "--grid: %s: there is no strategy '%s'%s", name, id,
                       oms_near_text(oms_nearest_word(id, names, n), hint));
}

/* NAME, or ID.NAME. */
static int find_target(const oms_sweep_run_t *r, const char *name, oms_sweep_target_t *out,
                       oms_error_t *err) {
  const oms_session_config_t *c = r->config;
  const char *dot = strrchr(name, '.');
  char id[128], stem[256];
  out->parameter = dot != NULL ? dot + 1 : name;
  if (dot == NULL) {
    out->strategy = 0;
    return c->strategy_n == 1 ? OMS_OK : no_strategy(r, name, NULL, err);
  }
  snprintf(id, sizeof id, "%.*s", (int)(dot - name), name);
  for (size_t i = 0; i < c->strategy_n; i++) {
    if (strcmp(oms_entry_id(&c->strategies[i], stem, sizeof stem), id) == 0) {
      out->strategy = i;
      return OMS_OK;
    }
  }
  return no_strategy(r, name, id, err);
}

/* One parameter has one source. */
static int check_sources(const oms_sweep_run_t *r, size_t axis, oms_error_t *err) {
  const oms_sweep_target_t *t = &r->targets[axis];
  const oms_script_entry_t *entry = &r->config->strategies[t->strategy];
  const char *name = r->options->grid->axes[axis].name;
  size_t n = strlen(t->parameter);
  for (size_t i = 0; i < entry->set_n; i++) {
    if (strncmp(entry->sets[i], t->parameter, n) == 0 && entry->sets[i][n] == '=') {
      return oms_error_set(err, OMS_ERR_USAGE, "%s is given by --set and by --grid: take one out",
                           name);
    }
  }
  for (size_t i = 0; i < axis; i++) {
    if (r->targets[i].strategy == t->strategy &&
        strcmp(r->targets[i].parameter, t->parameter) == 0) {
      return oms_error_set(err, OMS_ERR_USAGE, "--grid: %s and %s are one parameter",
                           r->options->grid->axes[i].name, name);
    }
  }
  return OMS_OK;
}

static int find_targets(oms_sweep_run_t *r, oms_error_t *err) {
  const oms_grid_t *g = r->options->grid;
  r->targets = oms_alloc_zero(g->n > 0 ? g->n : 1, sizeof *r->targets);
  if (r->targets == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the grid");
  }
  int rc = OMS_OK;
  for (size_t i = 0; i < g->n && rc == OMS_OK; i++) {
    rc = find_target(r, g->axes[i].name, &r->targets[i], err);
    rc = rc == OMS_OK ? check_sources(r, i, err) : rc;
  }
  return rc;
}

/* Scripts. */

const char **oms_sweep_sets(const oms_sweep_run_t *r, oms_session_config_t *c, size_t k,
                            const oms_script_entry_t *entry, size_t combination, size_t *n) {
  const oms_grid_t *g = r->options->grid;
  char text[4096];
  const char **sets = oms_session_array(c, entry->set_n + g->n + 1, sizeof *sets);
  *n = 0;
  for (size_t i = 0; sets != NULL && i < entry->set_n; i++) {
    sets[(*n)++] = entry->sets[i];
  }
  for (size_t i = 0; sets != NULL && i < g->n; i++) {
    if (r->targets[i].strategy == k) {
      int length = snprintf(text, sizeof text, "%s=%s", r->targets[i].parameter,
                            oms_grid_value(g, combination, i));
      size_t most = (size_t)length < sizeof text ? (size_t)length : sizeof text - 1;
      sets[*n] = oms_arena_text(&c->arena, text, most);
      if (sets[(*n)++] == NULL) {
        return NULL;
      }
    }
  }
  return sets;
}

static int load(const oms_sweep_run_t *r, oms_script_kind_t kind, const oms_script_entry_t *entry,
                const char *const *sets, size_t set_n, oms_digest_t *digest, oms_error_t *err) {
  char path[4096], stem[256];
  oms_script_t *script = NULL;
  int rc = oms_session_path(r->config, entry->path, r->library, path, sizeof path, err);
  if (rc == OMS_OK) {
    oms_script_config_t config = {.kind = kind,
                                  .path = path,
                                  .id = oms_entry_id(entry, stem, sizeof stem),
                                  .seed = r->config->seed,
                                  .library = r->library[0] != '\0' ? r->library : NULL,
                                  .sources = r->config->sources,
                                  .params = entry->params,
                                  .param_n = entry->param_n,
                                  .sets = sets,
                                  .set_n = set_n};
    rc = oms_script_load(&config, &script, err);
  }
  if (rc == OMS_OK && digest != NULL) {
    oms_digest_text(digest, oms_script_hash(script));
  }
  if (rc == OMS_OK && kind == OMS_SCRIPT_STRATEGY && oms_script_warmup(script) == 0) {
    r->sweep->cold = true;
  }
  oms_script_free(script);
  return rc;
}

/* The strategy with a combination. */
static int try_combination(const oms_sweep_run_t *r, size_t k, size_t combination,
                           oms_digest_t *digest, oms_error_t *err) {
  oms_session_config_t scratch = {.name = NULL};
  const oms_script_entry_t *entry = &r->config->strategies[k];
  size_t n;
  const char **sets = oms_sweep_sets(r, &scratch, k, entry, combination, &n);
  int rc = sets == NULL ? oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the grid")
                        : load(r, OMS_SCRIPT_STRATEGY, entry, sets, n, digest, err);
  oms_arena_free(&scratch.arena);
  return rc;
}

#define TRIED_MOST 1000 /* values of an axis */

/* Numbers are all alike to a parameter, so one is tried; words and texts are tried one by one. */
static int try_axis(const oms_sweep_run_t *r, size_t axis, oms_error_t *err) {
  const oms_grid_t *g = r->options->grid;
  size_t stride = 1, tried = 0;
  bool number = false;
  for (size_t i = axis + 1; i < g->n; i++) {
    stride *= g->axes[i].n;
  }
  int rc = OMS_OK;
  for (size_t i = 0; i < g->axes[axis].n && tried < TRIED_MOST && rc == OMS_OK; i++) {
    bool is_number = oms_grid_number(g->axes[axis].values[i]);
    if (!is_number || !number) {
      rc = try_combination(r, r->targets[axis].strategy, i * stride, NULL, err);
      tried++;
    }
    number = number || is_number;
  }
  return rc;
}

int oms_sweep_check(oms_sweep_run_t *r, oms_digest_t *digest, oms_error_t *err) {
  const oms_session_config_t *c = r->config;
  int rc = find_targets(r, err);
  for (size_t i = 0; i < c->rule_n && rc == OMS_OK; i++) {
    rc = load(r, OMS_SCRIPT_RULE, &c->rules[i], c->rules[i].sets, c->rules[i].set_n, digest, err);
  }
  for (size_t i = 0; i < c->strategy_n && rc == OMS_OK; i++) {
    rc = try_combination(r, i, 0, digest, err);
  }
  for (size_t i = 0; i < r->options->grid->n && rc == OMS_OK; i++) {
    rc = try_axis(r, i, err);
  }
  return rc;
}
