/* cli_help.c - help and version. All texts come from the tables of the commands. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "bind/doc.h"
#include "cli/cli.h"

static void print_options(const oms_cli_command_t *c, FILE *to) {
  fprintf(to, "\nOptions:\n");
  for (size_t i = 0; i < c->option_n; i++) {
    const oms_cli_option_t *o = &c->options[i];
    char head[64];
    if (o->kind != OMS_OPTION_LATER) {
      snprintf(head, sizeof head, "%s%s%s", o->name, o->value != NULL ? " " : "",
               o->value != NULL ? o->value : "");
      fprintf(to, "  %-34s %s%s\n", head, o->help,
              o->kind == OMS_OPTION_LIST || o->kind == OMS_OPTION_SETTINGS ? " (may be repeated)"
                                                                           : "");
    }
  }
}

static void print_command(const oms_cli_command_t *c, FILE *to) {
  fprintf(to, "Usage: moondesk %s%s%s%s\n\n%s\n", c->name, c->arguments[0] != '\0' ? " " : "",
          c->arguments, c->option_n > 0 ? " [OPTION...]" : "", c->summary);
  if (c->option_n > 0) {
    print_options(c, to);
  }
  fprintf(to, "\nExample:\n  %s\n", c->example);
}

void oms_cli_print_help(const oms_cli_command_t *c, FILE *to) {
  if (c != NULL) {
    print_command(c, to);
    return;
  }
  fprintf(to, "Usage: moondesk COMMAND ...\n\nCommands:\n");
  for (size_t i = 0; i < oms_cli_command_count; i++) {
    fprintf(to, "  %-10s %s\n", oms_cli_commands[i]->name, oms_cli_commands[i]->summary);
  }
  fprintf(
      to,
      "\n'moondesk help COMMAND' shows its options and an example, 'moondesk help lua' the Lua "
      "API.\n"
      "Exit status: 0 done; 1 a check failed, a strategy was stopped (where no check decides), or "
      "the run\nwas interrupted; 2 wrong use: command line, session file, parameters, scripts or "
      "data "
      "that cannot be read.\n");
}

typedef struct help_values {
  const char *write;
} help_values_t;

static int parse_plain(const oms_cli_command_t *self, int argc, char **argv,
                       oms_array_t *arguments) {
  oms_error_t err;
  if (oms_cli_parse(self, argc, argv, NULL, arguments, &err) == OMS_OK) {
    return OMS_EXIT_DONE;
  }
  oms_cli_free(self, NULL, arguments);
  return oms_cli_fail(self, &err);
}

static const oms_cli_option_t help_options[] = {
    {"--write", "DIR", OMS_OPTION_TEXT, offsetof(help_values_t, write),
     "of help lua: write the annotations for the Lua language server (DIR/meta/oms.lua) and the "
     "page (DIR/README.md)"},
};

/* A name of the Lua API is asked for as often without `lua`. */
static int help_command(const char *name) {
  const oms_cli_command_t *c = oms_cli_find(name);
  if (c != NULL) {
    oms_cli_print_help(c, stdout);
    return OMS_EXIT_DONE;
  }
  return oms_doc_find(name) != NULL || oms_doc_find_class(name) != NULL
             ? oms_cli_help_lua(name, NULL)
             : oms_cli_unknown_command(name);
}

static int run_help(const oms_cli_command_t *self, int argc, char **argv) {
  help_values_t values = {.write = NULL};
  oms_array_t arguments;
  oms_error_t err;
  int status = OMS_EXIT_DONE;
  if (oms_cli_parse(self, argc, argv, &values, &arguments, &err) != OMS_OK) {
    oms_cli_free(self, &values, &arguments);
    return oms_cli_fail(self, &err);
  }
  const char *name = arguments.n > 0 ? oms_cli_item(&arguments, 0) : NULL;
  bool lua = name != NULL && strcmp(name, "lua") == 0;
  if (lua) {
    status = oms_cli_help_lua(arguments.n > 1 ? oms_cli_item(&arguments, 1) : NULL, values.write);
  } else if (arguments.n > 1 || values.write != NULL) {
    oms_error_set(&err, OMS_ERR_USAGE, "help: %s goes with 'moondesk help lua'",
                  values.write != NULL ? "--write" : oms_cli_item(&arguments, 1));
    status = oms_cli_fail(self, &err);
  } else if (name == NULL) {
    oms_cli_print_help(NULL, stdout);
  } else {
    status = help_command(name);
  }
  oms_cli_free(self, &values, &arguments);
  return status;
}

static int run_version(const oms_cli_command_t *self, int argc, char **argv) {
  oms_array_t arguments;
  int status = parse_plain(self, argc, argv, &arguments);
  if (status == OMS_EXIT_DONE) {
    printf("moondesk %s\n", MOONDESK_VERSION);
    oms_cli_free(self, NULL, &arguments);
  }
  return status;
}

const oms_cli_command_t oms_cli_help = {.name = "help",
                                        .arguments = "[COMMAND | lua [NAME]]",
                                        .summary = "Shows the commands, one command's options, or "
                                                   "the Lua API: all of it, or a name.",
                                        .example = "moondesk help lua oms.target",
                                        .options = help_options,
                                        .option_n = 1,
                                        .most = 2,
                                        .run = run_help};
const oms_cli_command_t oms_cli_version = {.name = "version",
                                           .arguments = "",
                                           .summary = "Prints the version.",
                                           .example = "moondesk version",
                                           .run = run_version};
