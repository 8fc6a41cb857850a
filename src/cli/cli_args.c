/* cli_args.c - options by table. Knows no command. */
#include <ctype.h>
#include <string.h>

#include "cli/cli.h"

#define OPTIONS_MAX 40

static oms_array_t *list_of(const oms_cli_option_t *o, void *values) {
  return (oms_array_t *)((char *)values + o->offset);
}

static bool is_list(const oms_cli_option_t *o) {
  return o->kind == OMS_OPTION_LIST || o->kind == OMS_OPTION_SETTINGS;
}

/* The option whose name is the first 'n' characters of 'text'. */
static const oms_cli_option_t *find(const oms_cli_command_t *c, const char *text, size_t n) {
  for (size_t i = 0; i < c->option_n; i++) {
    const char *name = c->options[i].name;
    if (strlen(name) == n && memcmp(name, text, n) == 0) {
      return &c->options[i];
    }
  }
  return NULL;
}

static int unknown(const oms_cli_command_t *c, const char *text, size_t n, oms_error_t *err) {
  const char *names[OPTIONS_MAX];
  char word[64];
  size_t k = 0;
  for (size_t i = 0; i < c->option_n && k < OPTIONS_MAX; i++) {
    if (c->options[i].kind != OMS_OPTION_LATER) {
      names[k++] = c->options[i].name;
    }
  }
  snprintf(word, sizeof word, "%.*s", n < sizeof word ? (int)n : (int)sizeof word - 1, text);
  const char *near = oms_nearest_word(word, names, k);
  if (near == NULL) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s has no option '%s'", c->name, word);
  }
  return oms_error_set(err, OMS_ERR_USAGE, "%s has no option '%s' (did you mean '%s'?)", c->name,
                       word, near);
}

static int push(oms_array_t *list, const char *text, oms_error_t *err) {
  if (oms_array_push(list, &text) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the command line");
  }
  return OMS_OK;
}

static int put(const oms_cli_option_t *o, void *values, const char *value, oms_error_t *err) {
  char *at = (char *)values + o->offset;
  const char *before;
  if (is_list(o)) {
    return push((oms_array_t *)at, value, err);
  }
  memcpy(&before, at, sizeof before);
  if (before != NULL) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s is given twice", o->name);
  }
  memcpy(at, &value, sizeof value);
  return OMS_OK;
}

/* A name, '=', anything. */
static bool is_setting(const char *s) {
  const char *p = s;
  if (!isalpha((unsigned char)*p) && *p != '_') {
    return false;
  }
  while (isalnum((unsigned char)*p) || *p == '_' || *p == '.') {
    p++;
  }
  return *p == '=';
}

/* One option with its value; '*i' is left at the last argument that belongs to it. */
static int take_option(const oms_cli_command_t *c, int argc, char **argv, int *i, void *values,
                       oms_error_t *err) {
  const char *text = argv[*i];
  size_t n = strcspn(text, "=");
  const char *value = text[n] == '=' ? text + n + 1 : NULL;
  const oms_cli_option_t *o = find(c, text, n);
  if (o == NULL) {
    return unknown(c, text, n, err);
  }
  if (o->kind == OMS_OPTION_LATER) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s is not in this version: %s", o->name, o->help);
  }
  if (o->kind == OMS_OPTION_SWITCH) {
    *(bool *)((char *)values + o->offset) = true;
    return value == NULL ? OMS_OK : oms_error_set(err, OMS_ERR_USAGE, "%s takes no value", o->name);
  }
  if (value == NULL && (*i + 1 >= argc || strncmp(argv[*i + 1], "--", 2) == 0)) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s needs a value: %s", o->name, o->value);
  }
  int rc = put(o, values, value != NULL ? value : argv[++*i], err);
  while (rc == OMS_OK && o->kind == OMS_OPTION_SETTINGS && *i + 1 < argc &&
         is_setting(argv[*i + 1])) {
    rc = put(o, values, argv[++*i], err);
  }
  return rc;
}

static int count_arguments(const oms_cli_command_t *c, const oms_array_t *arguments,
                           oms_error_t *err) {
  if (arguments->n < c->least) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s needs %s", c->name, c->arguments);
  }
  if (arguments->n > c->most) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s: what is '%s' for? It takes %s", c->name,
                         oms_cli_item(arguments, c->most),
                         c->most == 0 ? "no arguments" : c->arguments);
  }
  return OMS_OK;
}

int oms_cli_parse(const oms_cli_command_t *c, int argc, char **argv, void *values,
                  oms_array_t *arguments, oms_error_t *err) {
  bool ended = false;
  int rc = OMS_OK;
  oms_array_init(arguments, sizeof(const char *));
  for (size_t i = 0; i < c->option_n; i++) {
    if (is_list(&c->options[i])) {
      oms_array_init(list_of(&c->options[i], values), sizeof(const char *));
    }
  }
  for (int i = 0; i < argc && rc == OMS_OK; i++) {
    if (!ended && strcmp(argv[i], "--") == 0) {
      ended = true;
    } else if (!ended && argv[i][0] == '-' && argv[i][1] != '\0') {
      rc = take_option(c, argc, argv, &i, values, err);
    } else {
      rc = push(arguments, argv[i], err);
    }
  }
  return rc == OMS_OK ? count_arguments(c, arguments, err) : rc;
}

void oms_cli_free(const oms_cli_command_t *c, void *values, oms_array_t *arguments) {
  for (size_t i = 0; i < c->option_n; i++) {
    if (is_list(&c->options[i])) {
      oms_array_free(list_of(&c->options[i], values));
    }
  }
  oms_array_free(arguments);
}

int oms_cli_decimal(const char *option, const char *text, int decimals, int64_t least, int64_t *out,
                    oms_error_t *err) {
  char bound[24];
  int rc = oms_decimal_parse(text, strlen(text), decimals, out);
  if (rc == OMS_ERR_OVERFLOW) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s: %.60s is too large", option, text);
  }
  if (rc != OMS_OK || *out < least) {
    (void)oms_decimal_format(least, decimals, bound);
    return oms_error_set(err, OMS_ERR_USAGE, "%s: must be a number of at least %s, got '%.60s'",
                         option, bound, text);
  }
  return OMS_OK;
}

int oms_cli_count(const char *option, const char *text, uint64_t least, uint64_t *out,
                  oms_error_t *err) {
  int64_t v = 0;
  size_t n = strlen(text);
  if (n == 0 || strspn(text, "0123456789") != n || oms_decimal_parse(text, n, 0, &v) != OMS_OK ||
      (uint64_t)v < least) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s: must be a whole number of at least %llu, got '%.60s'", option,
                         (unsigned long long)least, text);
  }
  *out = (uint64_t)v;
  return OMS_OK;
}
