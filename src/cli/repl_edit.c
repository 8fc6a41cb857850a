/* repl_edit.c - see repl_edit.h. The history lies in $XDG_STATE_HOME/moondesk/repl_history, or
 * below ~/.local/state, and is its owner's alone. */
#define _DEFAULT_SOURCE
#include "cli/repl_edit.h"

#include <errno.h>
#include <fcntl.h>
#include <histedit.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"

#define HISTORY_MAX 1000

struct oms_repl_edit {
  oms_repl_t *repl;
  EditLine *line;
  History *history;
  bool more;
  char path[PATH_MAX]; /* "": no history is kept */
};

static char *prompt(EditLine *line) {
  oms_repl_edit_t *e;
  static char first[] = "> ", next[] = ">> ";
  (void)el_get(line, EL_CLIENTDATA, &e);
  return e->more ? next : first;
}

/* Completion. */

struct found {
  char common[256]; /* what all names begin with */
  size_t n;
  bool list;
};

static void take(void *self, const char *name) {
  struct found *f = self;
  if (f->list) {
    printf("%s%s", f->n > 0 ? "  " : "\n", name);
  } else if (f->n == 0) {
    snprintf(f->common, sizeof f->common, "%s", name);
  } else {
    size_t i = 0;
    while (f->common[i] != '\0' && f->common[i] == name[i]) {
      i++;
    }
    f->common[i] = '\0';
  }
  f->n++;
}

/* Goes on as far as all names agree; where they part at once they are listed. */
static unsigned char complete(EditLine *line, int key) {
  (void)key;
  oms_repl_edit_t *e;
  (void)el_get(line, EL_CLIENTDATA, &e);
  const LineInfo *info = el_line(line);
  struct found f = {.n = 0};
  size_t n = (size_t)(info->cursor - info->buffer);
  size_t typed = oms_repl_complete(e->repl, info->buffer, n, &f, take);
  if (f.n == 0) {
    return CC_REFRESH_BEEP;
  }
  if (strlen(f.common) > typed) {
    return el_insertstr(line, f.common + typed) == 0 ? CC_REFRESH : CC_ERROR;
  }
  if (f.n > 1) {
    struct found all = {.list = true};
    (void)oms_repl_complete(e->repl, info->buffer, n, &all, take);
    (void)putchar('\n');
    (void)fflush(stdout);
    return CC_REDISPLAY;
  }
  return CC_REFRESH;
}

/* The history's file. */

static bool make_folders(char *path) {
  for (char *p = strchr(path + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
    *p = '\0';
    bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
    *p = '/';
    if (!made) {
      return false;
    }
  }
  return true;
}

static void find_history(oms_repl_edit_t *e) {
  const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
  int n = -1;
  if (state != NULL && state[0] == '/') {
    n = snprintf(e->path, sizeof e->path, "%s/moondesk/repl_history", state);
  } else if (home != NULL && home[0] == '/') {
    n = snprintf(e->path, sizeof e->path, "%s/.local/state/moondesk/repl_history", home);
  }
  if (n < 0 || n >= (int)sizeof e->path || !make_folders(e->path)) {
    e->path[0] = '\0';
  }
}

static void load_history(const oms_repl_edit_t *e) {
  HistEvent event;
  if (e->path[0] != '\0') {
    (void)history(e->history, &event, H_LOAD, e->path);
  }
}

/* The file exists for its owner alone before anything is in it. */
static void save_history(const oms_repl_edit_t *e) {
  HistEvent event;
  if (e->path[0] == '\0') {
    return;
  }
  int fd = open(e->path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0) {
    (void)fchmod(fd, 0600);
    (void)close(fd);
    (void)history(e->history, &event, H_SAVE, e->path);
  }
}

/* Life. */

oms_repl_edit_t *oms_repl_edit_new(oms_repl_t *r) {
  oms_repl_edit_t *e = oms_alloc_zero(1, sizeof *e);
  HistEvent event;
  if (e == NULL) {
    return NULL;
  }
  e->repl = r;
  e->history = history_init();
  e->line = el_init("moondesk", stdin, stdout, stderr);
  if (e->history == NULL || e->line == NULL) {
    oms_repl_edit_free(e);
    return NULL;
  }
  (void)history(e->history, &event, H_SETSIZE, HISTORY_MAX);
  (void)history(e->history, &event, H_SETUNIQUE, 1);
  (void)el_set(e->line, EL_CLIENTDATA, e);
  (void)el_set(e->line, EL_PROMPT, prompt);
  (void)el_set(e->line, EL_EDITOR, "emacs");
  (void)el_set(e->line, EL_HIST, history, e->history);
  (void)el_set(e->line, EL_ADDFN, "complete", "names that may follow", complete);
  (void)el_set(e->line, EL_BIND, "^I", "complete", NULL);
  find_history(e);
  load_history(e);
  return e;
}

void oms_repl_edit_free(oms_repl_edit_t *e) {
  if (e == NULL) {
    return;
  }
  if (e->line != NULL) {
    el_end(e->line);
  }
  if (e->history != NULL) {
    save_history(e);
    history_end(e->history);
  }
  oms_free(e);
}

const char *oms_repl_edit_line(oms_repl_edit_t *e, bool more, size_t *n) {
  int count = 0;
  e->more = more;
  const char *text = el_gets(e->line, &count);
  *n = text != NULL && count > 0 ? (size_t)count : 0;
  return *n > 0 ? text : NULL;
}

void oms_repl_edit_keep(oms_repl_edit_t *e, const char *input) {
  HistEvent event;
  (void)history(e->history, &event, H_ENTER, input);
}
