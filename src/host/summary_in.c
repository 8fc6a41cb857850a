/* summary_in.c - summary.json read back: one flat object of texts, numbers and words, as summary.c
 * writes it. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "host/csv_out.h"
#include "host/rows_in.h"

#define SUMMARY_MAX ((size_t)1 << 20)

typedef struct parser {
  const char *path, *text, *at;
  oms_arena_t *arena;
  oms_error_t *err;
} parser_t;

static int wrong(const parser_t *p, const char *what) {
  return oms_error_set(p->err, OMS_ERR_DATA, "%s: at byte %zu: %s", p->path,
                       (size_t)(p->at - p->text), what);
}

static void skip_blanks(parser_t *p) {
  while (*p->at != '\0' && strchr(" \t\r\n", *p->at) != NULL) {
    p->at++;
  }
}

static bool take(parser_t *p, char c) {
  skip_blanks(p);
  bool is = *p->at == c;
  p->at += is;
  return is;
}

static int keep(const parser_t *p, const char *text, size_t n, const char **out) {
  *out = oms_arena_text(p->arena, text, n);
  return *out != NULL ? OMS_OK : oms_error_set(p->err, OMS_ERR_NOMEM, "%s: out of memory", p->path);
}

/* "…" with the escapes that summary.c writes; \u of what is no control character stays as it is. */
static int read_text(parser_t *p, const char **out) {
  char text[4096];
  size_t n = 0;
  unsigned code;
  if (!take(p, '"')) {
    return wrong(p, "a text in quotes should stand here");
  }
  while (*p->at != '"') {
    char c = *p->at++;
    if (c == '\0' || n + 1 >= sizeof text) {
      p->at -= c == '\0';
      return wrong(p, "a text has no end");
    }
    if (c == '\\' && *p->at == 'u' && sscanf(p->at + 1, "%4x", &code) == 1 && code < 0x80 &&
        strlen(p->at) >= 5) {
      c = (char)code;
      p->at += 5;
    } else if (c == '\\' && *p->at != '\0') {
      c = *p->at++;
    }
    text[n++] = c;
  }
  p->at++;
  return keep(p, text, n, out);
}

static int read_value(parser_t *p, oms_json_field_t *f) {
  skip_blanks(p);
  if (*p->at == '"') {
    f->is_text = true;
    return read_text(p, &f->text);
  }
  size_t n = 0;
  while (isalnum((unsigned char)p->at[n]) || (p->at[n] != '\0' && strchr("+-.", p->at[n]))) {
    n++;
  }
  if (n == 0) {
    return wrong(p, "a number or text should stand here");
  }
  const char *begin = p->at;
  p->at += n;
  return keep(p, begin, n, &f->text);
}

int oms_summary_parse(const char *path, const char *text, oms_arena_t *arena, oms_array_t *fields,
                      oms_error_t *err) {
  parser_t p = {path, text, text, arena, err};
  if (!take(&p, '{')) {
    return wrong(&p, "it is no summary of a run");
  }
  for (bool first = true; !take(&p, '}'); first = false) {
    oms_json_field_t f = {.is_text = false};
    if (!first && !take(&p, ',')) {
      return wrong(&p, "a comma should stand here");
    }
    int rc = read_text(&p, &f.name);
    if (rc == OMS_OK && !take(&p, ':')) {
      rc = wrong(&p, "a colon should stand here");
    }
    if (rc == OMS_OK) {
      rc = read_value(&p, &f);
    }
    if (rc == OMS_OK && oms_array_push(fields, &f) != OMS_OK) {
      rc = oms_error_set(err, OMS_ERR_NOMEM, "%s: out of memory", path);
    }
    if (rc != OMS_OK) {
      return rc;
    }
  }
  skip_blanks(&p);
  return *p.at == '\0' ? OMS_OK : wrong(&p, "there is more behind its end");
}

int oms_summary_read(const char *folder, oms_arena_t *arena, oms_array_t *fields,
                     oms_error_t *err) {
  char *path = oms_csv_out_path(folder, "summary.json", "");
  char *text = oms_alloc(SUMMARY_MAX + 1);
  FILE *in = path != NULL && text != NULL ? fopen(path, "rb") : NULL;
  int rc;
  if (path == NULL || text == NULL) {
    rc = oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the summary");
  } else if (in == NULL) {
    rc = oms_error_set(err, OMS_ERR_IO, "cannot read %s: %s", path, strerror(errno));
  } else {
    text[fread(text, 1, SUMMARY_MAX, in)] = '\0';
    rc = oms_summary_parse(path, text, arena, fields, err);
  }
  if (in != NULL) {
    fclose(in);
  }
  oms_free(text);
  oms_free(path);
  return rc;
}
