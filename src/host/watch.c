/* watch.c - the files of all scripts, watched by folder: editors put a new file in the old one's
 * place. What happens close together is looked at once, and the content decides. A look at the
 * files' marks once a second finds what no event tells of: folders that were exchanged, file
 * systems without events. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "host/pace.h"

#define SETTLE_MS  50  /* an editor's last write is this old */
#define PATIENT_MS 500 /* at most, when the writing does not end */
#define LOOK_MS    1000

typedef struct folder {
  uv_fs_event_t handle;
  char *path;
} folder_t;

struct oms_watch {
  oms_host_t *h;
  uv_loop_t *loop;
  oms_wake_t wake;
  void *ctx;
  uv_timer_t settle, look;
  oms_array_t folders; /* folder_t * */
  uint64_t marks;      /* of all files when they were looked at last */
  uint64_t first;      /* ms: when the first event came that is not looked at yet; 0: none */
};

/* Walks all files of all scripts. */
static void each_file(oms_watch_t *w, void (*fn)(oms_watch_t *w, const char *path)) {
  for (int i = OMS_TRIGGERS; i < (int)w->h->scripts.n; i++) {
    size_t n;
    const oms_cell_file_t *files = oms_script_files(oms_host_script(w->h, i), &n);
    for (size_t k = 0; k < n; k++) {
      fn(w, files[k].path);
    }
    const oms_array_t *tried =
        i == OMS_TRIGGERS ? &w->h->trigger_tried : &oms_host_script_at(w->h, (size_t)i)->tried;
    for (size_t k = 0; k < tried->n; k++) {
      fn(w, OMS_AT(tried, oms_cell_file_t, k)->path);
    }
  }
}

/* Looking. */

static void on_settled(uv_timer_t *timer);

static void note_event(oms_watch_t *w) {
  uint64_t now = uv_now(w->loop);
  if (w->first == 0) {
    w->first = now;
  }
  if (now - w->first < PATIENT_MS || !uv_is_active((uv_handle_t *)&w->settle)) {
    (void)uv_timer_start(&w->settle, on_settled, SETTLE_MS, 0);
  }
}

static void on_event(uv_fs_event_t *handle, const char *name, int events, int status) {
  (void)events;
  size_t n = name == NULL ? 0 : strlen(name);
  if (status == 0 && (n == 0 || (n > 4 && strcmp(name + n - 4, ".lua") == 0))) {
    note_event(handle->data);
  }
}

/* Folders. A folder that cannot be watched is looked at. */

static void watch_folder(oms_watch_t *w, const char *path) {
  for (size_t i = 0; i < w->folders.n; i++) {
    if (strcmp((*OMS_AT(&w->folders, folder_t *, i))->path, path) == 0) {
      return;
    }
  }
  size_t n = strlen(path) + 1;
  folder_t *f = oms_alloc_zero(1, sizeof *f);
  char *copy = oms_alloc(n);
  if (f == NULL || copy == NULL || oms_array_push(&w->folders, &f) != OMS_OK) {
    oms_free(f);
    oms_free(copy);
    return;
  }
  f->path = memcpy(copy, path, n);
  f->handle.data = w;
  if (uv_fs_event_init(w->loop, &f->handle) != 0) {
    w->folders.n--;
    oms_free(copy);
    oms_free(f);
    return;
  }
  (void)uv_fs_event_start(&f->handle, on_event, path, 0);
}

static void watch_file(oms_watch_t *w, const char *path) {
  char folder[4096];
  const char *slash = strrchr(path, '/');
  size_t n = slash == NULL ? 0 : (size_t)(slash - path) + (slash == path);
  if (n < sizeof folder) {
    snprintf(folder, sizeof folder, "%.*s", n == 0 ? 1 : (int)n, n == 0 ? "." : path);
    watch_folder(w, folder);
  }
}

/* Marks. */

static void mark_file(oms_watch_t *w, const char *path) {
  struct stat st;
  int64_t mark[6] = {0};
  if (stat(path, &st) == 0) {
    mark[0] = (int64_t)st.st_ino;
    mark[1] = (int64_t)st.st_size;
    mark[2] = (int64_t)st.st_mtim.tv_sec;
    mark[3] = (int64_t)st.st_mtim.tv_nsec;
    mark[4] = (int64_t)st.st_ctim.tv_sec;
    mark[5] = (int64_t)st.st_ctim.tv_nsec;
  }
  w->marks = oms_hash64(mark, sizeof mark, w->marks);
}

static void on_look(uv_timer_t *timer) {
  oms_watch_t *w = timer->data;
  uint64_t before = w->marks;
  w->marks = 0;
  each_file(w, mark_file);
  if (w->marks != before) {
    each_file(w, watch_file);
    note_event(w);
  }
}

static void on_settled(uv_timer_t *timer) {
  oms_watch_t *w = timer->data;
  size_t n;
  oms_error_t err;
  w->first = 0;
  each_file(w, watch_file);
  if (oms_host_reload_changed(w->h, false, 0, &n, &err) != OMS_OK) {
    oms_host_log(w->h, -1, OMS_LOG_ERROR, err.message);
  }
  if (n > 0) {
    w->wake(w->ctx);
  }
}

int oms_watch_open(uv_loop_t *loop, oms_host_t *h, oms_wake_t wake, void *ctx, oms_watch_t **out,
                   oms_error_t *err) {
  oms_watch_t *w = oms_alloc_zero(1, sizeof *w);
  if (w == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for watching files");
  }
  *w = (oms_watch_t){.h = h, .loop = loop, .wake = wake, .ctx = ctx};
  oms_array_init(&w->folders, sizeof(folder_t *));
  (void)uv_timer_init(loop, &w->settle);
  (void)uv_timer_init(loop, &w->look);
  w->settle.data = w->look.data = w;
  each_file(w, watch_file);
  each_file(w, mark_file);
  (void)uv_timer_start(&w->look, on_look, LOOK_MS, LOOK_MS);
  *out = w;
  return OMS_OK;
}

void oms_watch_close(oms_watch_t *w) {
  if (w == NULL) {
    return;
  }
  uv_close((uv_handle_t *)&w->settle, NULL);
  uv_close((uv_handle_t *)&w->look, NULL);
  for (size_t i = 0; i < w->folders.n; i++) {
    uv_close((uv_handle_t *)&(*OMS_AT(&w->folders, folder_t *, i))->handle, NULL);
  }
}

void oms_watch_free(oms_watch_t *w) {
  if (w == NULL) {
    return;
  }
  for (size_t i = 0; i < w->folders.n; i++) {
    folder_t *f = *OMS_AT(&w->folders, folder_t *, i);
    oms_free(f->path);
    oms_free(f);
  }
  oms_array_free(&w->folders);
  oms_free(w);
}
