/* reload.c - the swap of a script for its new file between two events. The new one is made and
 * given its data before the old one goes: whatever fails leaves the old one as it was. */
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "host/host.h"

static bool names(const oms_host_script_t *s, const char *path_or_id) {
  size_t n = strlen(s->path), m = strlen(path_or_id);
  bool tail = m < n && strcmp(s->path + n - m, path_or_id) == 0 && s->path[n - m - 1] == '/';
  return strcmp(s->id, path_or_id) == 0 || strcmp(s->path, path_or_id) == 0 || tail;
}

/* The new file may name other symbols and timeframes. On success 'next' owns its lists. */
static int choose_anew(oms_host_t *h, size_t i, oms_host_script_t *next, oms_error_t *err) {
  const oms_session_config_t *c = h->config;
  const oms_script_entry_t *entry = i < h->rule_n ? &c->rules[i] : &c->strategies[i - h->rule_n];
  next->streams = oms_alloc_zero(h->streams.n, sizeof *next->streams);
  next->symbols = oms_alloc_zero(h->streams.n, sizeof *next->symbols);
  int rc = next->streams == NULL || next->symbols == NULL
               ? oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", entry->path)
               : oms_host_choose_data(h, next, entry, err);
  if (rc != OMS_OK) {
    oms_free(next->streams);
    oms_free(next->symbols);
  }
  return rc;
}

/* Makes the new script, state carried over; 's' stays as it is. */
static int make_next(oms_host_t *h, size_t i, const char *path, oms_host_script_t *next,
                     char warning[256], oms_error_t *err) {
  oms_desk_begin(&h->desk);
  int rc = oms_script_rebuild(next->script, path, &next->script, warning, err);
  if (rc == OMS_OK) {
    rc = choose_anew(h, i, next, err);
    if (rc != OMS_OK) {
      oms_script_free(next->script);
    }
  }
  oms_desk_end(&h->desk, rc != OMS_OK);
  return rc;
}

static void swap(oms_host_t *h, size_t i, const oms_host_script_t *next) {
  oms_host_script_t *s = oms_host_script_at(h, i);
  if (i < h->rule_n) {
    OMS_AT(&h->desk.rules, oms_rule_t, i)->script = next->script;
  } else {
    oms_engine_set_owner_hash(h->engine, s->owner, oms_script_hash(next->script));
  }
  bool other_clock = oms_script_every(s->script) != oms_script_every(next->script);
  oms_script_free(s->script);
  oms_free(s->streams);
  oms_free(s->symbols);
  *s = *next;
  oms_host_note_callbacks(s);
  if (other_clock && s->kind == OMS_SCRIPT_RULE) {
    oms_host_arm_every(h, s);
  }
}

/* The timeline stands between two events, so the swap is at once. */
static int rebuild(oms_host_t *h, size_t i, const char *path, oms_error_t *err) {
  oms_host_script_t next = *oms_host_script_at(h, i);
  char warning[256] = "", old_hash[33], text[4600];
  snprintf(old_hash, sizeof old_hash, "%s", oms_script_hash(next.script));
  int rc = make_next(h, i, path, &next, warning, err);
  if (rc != OMS_OK) {
    return rc;
  }
  swap(h, i, &next);
  snprintf(text, sizeof text, "reloaded from %s: %s -> %s", path, old_hash,
           oms_script_hash(next.script));
  oms_host_log(h, (int)i, OMS_LOG_INFO, text);
  if (warning[0] != '\0') {
    oms_host_log(h, (int)i, OMS_LOG_WARN, warning);
  }
  return OMS_OK;
}

int oms_host_reload(oms_host_t *h, const char *path_or_id, const char *with, oms_error_t *err) {
  char path[4096];
  int found = 0;
  for (size_t i = 0; i < h->scripts.n; i++) {
    if (oms_host_script_at(h, i)->shadow || !names(oms_host_script_at(h, i), path_or_id)) {
      continue;
    }
    found++;
    int rc = with == NULL ? OMS_OK
                          : oms_session_path(h->config, with, h->library, path, sizeof path, err);
    rc = rc == OMS_ERR_NOT_FOUND ? OMS_ERR_IO : rc; /* the script is there, its new file is not */
    if (rc == OMS_OK) {
      rc = rebuild(h, i, with == NULL ? oms_host_script_at(h, i)->path : path, err);
    }
    if (rc != OMS_OK) {
      oms_host_log(h, (int)i, OMS_LOG_ERROR, err->message);
      return rc;
    }
  }
  return found > 0 ? OMS_OK
                   : oms_error_set(err, OMS_ERR_NOT_FOUND,
                                   "oms.reload: no strategy or rule is called '%s'", path_or_id);
}
