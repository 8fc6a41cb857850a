/* cli_control.c - moondesk kill, resume, orders, positions: a request to a run by the clock; and
 * what `reload` shares with them. */
#include "cli/cli_control.h"

#include <dirent.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

#include "base/alloc.h"
#include "base/check.h"

static bool ends_with(const char *text, const char *end) {
  size_t n = strlen(text), m = strlen(end);
  return n >= m && strcmp(text + n - m, end) == 0;
}

static bool is_socket(const char *path) {
  struct stat st;
  return stat(path, &st) == 0 && S_ISSOCK(st.st_mode);
}

/* An address is a socket; what else stands alone is a script. */
bool oms_cli_is_address(const char *text) {
  return ends_with(text, ".sock") || is_socket(text);
}

/* The only run of this user, when no address is given. */
int oms_cli_find_run(char *out, size_t n, oms_error_t *err) {
  char folder[256], found[NAME_MAX + 1] = "";
  int rc = oms_control_folder(folder, sizeof folder, err);
  if (rc != OMS_OK) {
    return rc;
  }
  DIR *dir = opendir(folder);
  const struct dirent *entry;
  bool several = false;
  while (dir != NULL && (entry = readdir(dir)) != NULL) {
    if (ends_with(entry->d_name, ".sock")) {
      several = several || found[0] != '\0';
      snprintf(found, sizeof found, "%s", entry->d_name);
    }
  }
  if (dir != NULL) {
    (void)closedir(dir);
  }
  if (several) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s holds the sockets of several runs: name one as ADDRESS", folder);
  }
  if (found[0] == '\0') {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "no run by the clock of yours is going on (%s holds no socket): start one "
                         "with `moondesk run SESSION.lua --pace N`, or name its socket as ADDRESS",
                         folder);
  }
  snprintf(out, n, "%s/%s", folder, found);
  return OMS_OK;
}

int oms_cli_ask(const char *address, const oms_request_t *r) {
  oms_error_t err;
  char *text = NULL, found[4096];
  int rc = OMS_OK;
  if (address == NULL) {
    rc = oms_cli_find_run(found, sizeof found, &err);
    address = found;
  }
  if (rc == OMS_OK) {
    rc = oms_control_ask(address, r, &text, &err);
  }
  if (text == NULL) {
    return oms_cli_fail(NULL, &err);
  }
  fprintf(rc == OMS_OK ? stdout : stderr, "%s%s", text, ends_with(text, "\n") ? "" : "\n");
  oms_free(text);
  return rc == OMS_OK ? OMS_EXIT_DONE : OMS_EXIT_FAILED;
}

typedef struct control {
  oms_request_t r;
  bool reduce, halt;
} control_t;

#define SCOPE_OPTIONS                                                                              \
  {"--account", "A", OMS_OPTION_TEXT, offsetof(control_t, r.account), "this account alone"},       \
      {"--strategy", "S", OMS_OPTION_TEXT, offsetof(control_t, r.strategy),                        \
       "this strategy alone, or another owner of orders"},                                         \
  {                                                                                                \
    "--symbol", "X", OMS_OPTION_TEXT, offsetof(control_t, r.symbol), "this symbol alone"           \
  }
#define WHY_OPTION                                                                                 \
  {                                                                                                \
    "--why", "TEXT", OMS_OPTION_TEXT, offsetof(control_t, r.why),                                  \
        "the reason, which stands in the journal; required"                                        \
  }
#define JSON_OPTION                                                                                \
  { "--json", NULL, OMS_OPTION_SWITCH, offsetof(control_t, r.json), "print an array of JSON" }

static const oms_cli_option_t kill_options[] = {
    SCOPE_OPTIONS,
    {"--flatten", NULL, OMS_OPTION_SWITCH, offsetof(control_t, r.flatten),
      "close the positions, too, by market orders"                            },
    {"--reduce",  NULL, OMS_OPTION_SWITCH, offsetof(control_t, reduce),
      "cancel nothing, and go on with what reduces positions (state reducing)"},
    {"--halt",    NULL, OMS_OPTION_SWITCH, offsetof(control_t, halt),
      "cancel nothing, and take no new orders (state halted)"                 },
    WHY_OPTION,
};
static const oms_cli_option_t resume_options[] = {SCOPE_OPTIONS, WHY_OPTION};
static const oms_cli_option_t orders_options[] = {
    SCOPE_OPTIONS,
    {"--all", NULL, OMS_OPTION_SWITCH, offsetof(control_t, r.all), "ended orders, too"},
    JSON_OPTION,
};
static const oms_cli_option_t positions_options[] = {SCOPE_OPTIONS, JSON_OPTION};

/* The command's own name is the request's verb, but for the milder forms of kill. */
static int choose_verb(const oms_cli_command_t *self, control_t *c, oms_error_t *err) {
  while (strcmp(oms_verb_text(c->r.verb), self->name) != 0) {
    c->r.verb++;
  }
  if (!c->reduce && !c->halt) {
    return OMS_OK;
  }
  if (c->r.flatten || (c->reduce && c->halt)) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s: --reduce and --halt cancel nothing: give one of --reduce, --halt and "
                         "--flatten",
                         self->name);
  }
  c->r.verb = OMS_VERB_STATE;
  c->r.state = c->halt ? OMS_TRADING_STATE_HALTED : OMS_TRADING_STATE_REDUCING;
  return OMS_OK;
}

static int check(const oms_cli_command_t *self, control_t *c, oms_error_t *err) {
  int rc = choose_verb(self, c, err);
  if (rc != OMS_OK) {
    return rc;
  }
  if ((c->r.account != NULL) + (c->r.strategy != NULL) + (c->r.symbol != NULL) > 1) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "%s: give one of --account, --strategy and --symbol, or none for all",
                         self->name);
  }
  bool lists = c->r.verb == OMS_VERB_ORDERS || c->r.verb == OMS_VERB_POSITIONS;
  if (!lists && (c->r.why == NULL || c->r.why[strspn(c->r.why, " \t\r\n")] == '\0')) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s needs a reason: --why TEXT", self->name);
  }
  return OMS_OK;
}

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  control_t values = {.reduce = false};
  oms_array_t arguments;
  oms_error_t err;
  int rc = oms_cli_parse(self, argc, argv, &values, &arguments, &err);
  if (rc == OMS_OK) {
    rc = check(self, &values, &err);
  }
  const char *address = rc == OMS_OK && arguments.n > 0 ? oms_cli_item(&arguments, 0) : NULL;
  int status = rc == OMS_OK ? oms_cli_ask(address, &values.r) : oms_cli_fail(self, &err);
  oms_cli_free(self, &values, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_kill = {
    .name = "kill",
    .arguments = "[ADDRESS]",
    .summary = "Cancels the open orders of a run by the clock and takes no new ones.",
    .example = "moondesk kill --symbol SPY --flatten --why 'bad prices'",
    .options = kill_options,
    .option_n = OMS_COUNT(kill_options),
    .most = 1,
    .run = run};
const oms_cli_command_t oms_cli_resume = {
    .name = "resume",
    .arguments = "[ADDRESS]",
    .summary = "Takes orders again after a kill.",
    .example = "moondesk resume --symbol SPY --why 'prices are good again'",
    .options = resume_options,
    .option_n = OMS_COUNT(resume_options),
    .most = 1,
    .run = run};
const oms_cli_command_t oms_cli_orders = {.name = "orders",
                                          .arguments = "[ADDRESS]",
                                          .summary = "Lists the open orders of a run by the clock.",
                                          .example = "moondesk orders --symbol SPY --json",
                                          .options = orders_options,
                                          .option_n = OMS_COUNT(orders_options),
                                          .most = 1,
                                          .run = run};
const oms_cli_command_t oms_cli_positions = {.name = "positions",
                                             .arguments = "[ADDRESS]",
                                             .summary =
                                                 "Lists the positions of a run by the clock.",
                                             .example = "moondesk positions --account main",
                                             .options = positions_options,
                                             .option_n = OMS_COUNT(positions_options),
                                             .most = 1,
                                             .run = run};
