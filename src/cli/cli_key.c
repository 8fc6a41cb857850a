/* cli_key.c - moondesk key: makes, lists and revokes API keys. A secret is printed once, when it is
 * made; what the database keeps is a salted hash of it. */
#include <string.h>
#include <time.h>

#include "base/check.h"
#include "cli/cli.h"
#include "host/json_out.h"
#include "store/store.h"

typedef struct key_values {
  const char *db, *account, *scopes, *name;
  bool json;
} key_values_t;

static const oms_cli_option_t options[] = {
    {"--db",      "FILE", OMS_OPTION_TEXT,   offsetof(key_values_t, db),
     "the database of the host; `create` makes it where there is none"},
    {"--account", "ID",   OMS_OPTION_TEXT,   offsetof(key_values_t, account),
     "of create: the account that the key acts for"                   },
    {"--scope",   "LIST", OMS_OPTION_TEXT,   offsetof(key_values_t, scopes),
     "of create: what it may, a list of read, trade, feed, admin"     },
    {"--name",    "TEXT", OMS_OPTION_TEXT,   offsetof(key_values_t, name),
     "of create: what the key is for, in the list"                    },
    {"--json",    NULL,   OMS_OPTION_SWITCH, offsetof(key_values_t, json),
     "of list: print an array of JSON"                                },
};

/* Scopes. */

static const char *const scope_names[OMS_MAY_COUNT] = OMS_MAY_WORDS;

static int parse_scopes(const char *text, uint32_t *scopes, oms_error_t *err) {
  *scopes = 0;
  for (const char *at = text;; at++) {
    size_t n = strcspn(at, ","), i = 0;
    char word[40], near[OMS_NEAR_TEXT];
    snprintf(word, sizeof word, "%.*s", n < sizeof word ? (int)n : (int)sizeof word - 1, at);
    while (i < OMS_COUNT(scope_names) && strcmp(word, scope_names[i]) != 0) {
      i++;
    }
    if (i == OMS_COUNT(scope_names)) {
      return oms_error_set(
          err, OMS_ERR_USAGE, "--scope: unknown scope '%s'%s: give a list of read,trade,feed,admin",
          word, oms_near_text(oms_nearest_word(word, scope_names, OMS_COUNT(scope_names)), near));
    }
    *scopes |= UINT32_C(1) << i;
    at += n;
    if (*at == '\0') {
      return OMS_OK;
    }
  }
}

static const char *scopes_text(uint32_t scopes, char out[32]) {
  size_t n = 0;
  out[0] = '\0';
  for (size_t i = 0; i < OMS_COUNT(scope_names); i++) {
    if ((scopes >> i & 1) != 0) {
      n += (size_t)snprintf(out + n, 32 - n, "%s%s", n > 0 ? "," : "", scope_names[i]);
    }
  }
  return out;
}

static oms_time_t wall_clock(void) {
  struct timespec t;
  (void)clock_gettime(CLOCK_REALTIME, &t);
  return (oms_time_t)t.tv_sec * OMS_NS_PER_SECOND + t.tv_nsec;
}

/* Subcommands. */

static int check_line(const char *option, const char *text, size_t room, oms_error_t *err) {
  size_t n = strlen(text);
  if (n >= room) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s: at most %zu bytes, not %zu", option, room - 1, n);
  }
  for (size_t i = 0; i < n; i++) {
    if ((unsigned char)text[i] < ' ' || text[i] == 0x7f) {
      return oms_error_set(err, OMS_ERR_USAGE, "%s: a line of text, without control characters",
                           option);
    }
  }
  return OMS_OK;
}

static int make_key(const key_values_t *v, oms_key_record_t *key, char secret[OMS_KEY_SECRET + 1],
                    oms_error_t *err) {
  const char *name = v->name == NULL ? "" : v->name;
  uint32_t scopes = 0;
  if (v->account == NULL || v->account[0] == '\0' || v->scopes == NULL) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "key create needs --account ID and --scope LIST, such as read,trade");
  }
  int rc = parse_scopes(v->scopes, &scopes, err);
  rc = rc == OMS_OK ? check_line("--account", v->account, sizeof key->account, err) : rc;
  rc = rc == OMS_OK ? check_line("--name", name, sizeof key->name, err) : rc;
  return rc == OMS_OK ? oms_key_make(key, v->account, scopes, name, wall_clock(), secret, err) : rc;
}

static int create(const key_values_t *v, oms_error_t *err) {
  oms_key_record_t key;
  char secret[OMS_KEY_SECRET + 1];
  int rc = make_key(v, &key, secret, err);
  if (rc == OMS_OK) {
    rc = oms_store_key_add(v->db, &key, err);
  }
  if (rc == OMS_OK) {
    printf("APCA_API_KEY_ID=%s\nAPCA_API_SECRET_KEY=%s\n", key.id, secret);
    fprintf(
        stderr,
        "moondesk: keep the secret: the database holds a hash of it and cannot show it again\n");
  }
  return rc;
}

typedef struct listing {
  bool json;
  size_t n;
} listing_t;

static void show_json(const listing_t *l, const oms_key_record_t *k, const char *scopes,
                      const char *created, const char *revoked) {
  const char *const fields[][2] = {
      {"id",      k->id     },
      {"name",    k->name   },
      {"account", k->account},
      {"scopes",  scopes    },
      {"created", created   },
      {"revoked", revoked   }
  };
  fputs(l->n == 0 ? "\n  {" : ",\n  {", stdout);
  for (size_t i = 0; i < OMS_COUNT(fields); i++) {
    printf("%s\"%s\": ", i == 0 ? "" : ", ", fields[i][0]);
    oms_json_text(fields[i][1], stdout);
  }
  fputc('}', stdout);
}

static void show(void *ctx, const oms_key_record_t *k) {
  listing_t *l = ctx;
  char scopes[32], created[32], revoked[32] = "";
  bool good = k->revoked == OMS_NO_TIME;
  (void)scopes_text(k->scopes, scopes);
  (void)oms_time_iso(k->created, created);
  if (!good) {
    (void)oms_time_iso(k->revoked, revoked);
  }
  if (l->json) {
    show_json(l, k, scopes, created, good ? NULL : revoked);
  } else {
    printf("%-20s  %-12s  %-21s  %-20.20s  %s%s%s%s\n", k->id, k->account, scopes, created,
           good ? "good" : "revoked ", revoked, k->name[0] != '\0' ? "  " : "", k->name);
  }
  l->n++;
}

static int list(const key_values_t *v, oms_error_t *err) {
  listing_t l = {.json = v->json};
  if (l.json) {
    fputc('[', stdout);
  }
  int rc = oms_store_keys(v->db, show, &l, err);
  if (l.json) {
    fputs(l.n > 0 ? "\n]\n" : "]\n", stdout);
  } else if (rc == OMS_OK) {
    printf("%zu key%s\n", l.n, l.n == 1 ? "" : "s");
  }
  return rc;
}

static int revoke(const key_values_t *v, const char *id, oms_error_t *err) {
  if (id == NULL) {
    return oms_error_set(err, OMS_ERR_USAGE, "key revoke needs the ID of a key");
  }
  int rc = oms_store_key_revoke(v->db, id, wall_clock(), err);
  if (rc == OMS_OK) {
    printf("revoked %s\n", id);
  }
  return rc;
}

static int act(const key_values_t *v, const oms_array_t *arguments, oms_error_t *err) {
  static const char *const verbs[] = {"create", "list", "revoke"};
  const char *verb = oms_cli_item(arguments, 0);
  const char *id = arguments->n > 1 ? oms_cli_item(arguments, 1) : NULL;
  char near[OMS_NEAR_TEXT];
  size_t i = 0;
  while (i < OMS_COUNT(verbs) && strcmp(verb, verbs[i]) != 0) {
    i++;
  }
  if (i == OMS_COUNT(verbs)) {
    return oms_error_set(err, OMS_ERR_USAGE, "key: unknown action '%.40s'%s", verb,
                         oms_near_text(oms_nearest_word(verb, verbs, OMS_COUNT(verbs)), near));
  }
  if (v->db == NULL) {
    return oms_error_set(err, OMS_ERR_USAGE, "key %s needs the database: --db FILE", verb);
  }
  if (id != NULL && i != 2) {
    return oms_error_set(err, OMS_ERR_USAGE, "key %s: what is '%.60s' for?", verb, id);
  }
  return i == 0 ? create(v, err) : i == 1 ? list(v, err) : revoke(v, id, err);
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  key_values_t values = {.db = NULL};
  oms_array_t arguments;
  oms_error_t err;
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  if (rc == OMS_OK) {
    rc = act(&values, &arguments, &err);
  }
  int status = rc == OMS_OK ? OMS_EXIT_DONE : oms_cli_fail(rc == OMS_ERR_USAGE ? self : NULL, &err);
  oms_cli_free(self, &values, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_key = {
    .name = "key",
    .arguments = "create|list|revoke [ID]",
    .summary = "Makes, lists and revokes the API keys of a host.",
    .example = "moondesk key create --db desk.db --account main --scope read,trade",
    .options = options,
    .option_n = OMS_COUNT(options),
    .least = 1,
    .most = 2,
    .run = run};
