/* cli.c - finds the command; what is said when one fails. */
#include "cli/cli.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/check.h"

const oms_cli_command_t *const oms_cli_commands[] = {
    &oms_cli_backtest, &oms_cli_sweep,     &oms_cli_run,     &oms_cli_kill, &oms_cli_resume,
    &oms_cli_orders,   &oms_cli_positions, &oms_cli_reload,  &oms_cli_key,  &oms_cli_check,
    &oms_cli_new,      &oms_cli_cache,     &oms_cli_verify,  &oms_cli_db,   &oms_cli_replay,
    &oms_cli_diff,     &oms_cli_repl,      &oms_cli_version, &oms_cli_help};
const size_t oms_cli_command_count = OMS_COUNT(oms_cli_commands);

const oms_cli_command_t *oms_cli_find(const char *name) {
  for (size_t i = 0; i < oms_cli_command_count; i++) {
    if (strcmp(oms_cli_commands[i]->name, name) == 0) {
      return oms_cli_commands[i];
    }
  }
  return NULL;
}

int oms_cli_unknown_command(const char *name) {
  const char *names[OMS_COUNT(oms_cli_commands)];
  for (size_t i = 0; i < oms_cli_command_count; i++) {
    names[i] = oms_cli_commands[i]->name;
  }
  const char *near = oms_nearest_word(name, names, oms_cli_command_count);
  if (near != NULL) {
    fprintf(stderr, "moondesk: unknown command '%s' (did you mean '%s'?)\n", name, near);
  } else {
    fprintf(stderr, "moondesk: unknown command '%s'\n", name);
  }
  fprintf(stderr, "'moondesk help' lists the commands\n");
  return OMS_EXIT_USAGE;
}

int oms_cli_fail(const oms_cli_command_t *c, const oms_error_t *err) {
  fprintf(stderr, "moondesk: %s\n", err->message);
  if (c != NULL) {
    fprintf(stderr, "'moondesk help %s' shows the usage\n", c->name);
  }
  return err->code == OMS_ERR_CHECK || err->code == OMS_ERR_CANCELED ? OMS_EXIT_FAILED
                                                                     : OMS_EXIT_USAGE;
}

static bool wants_help(int argc, char **argv) {
  for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
    if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
      return true;
    }
  }
  return false;
}

/* A reader such as head goes away when it has seen what it wanted. */
static bool reader_left(void) {
  struct pollfd out = {.fd = STDOUT_FILENO, .events = POLLOUT};
  return poll(&out, 1, 0) == 1 && (out.revents & POLLERR) != 0;
}

/* What stdout could not take is a failure, too: a full disk behind `>` must not look like success.
 */
static int flush_stdout(int status) {
  if (fflush(stdout) != 0 || ferror(stdout) != 0) {
    if (reader_left()) {
      return status;
    }
    fprintf(stderr, "moondesk: cannot write to the standard output\n");
    return OMS_EXIT_USAGE;
  }
  return status;
}

/* A file that was opened under the number of a closed standard stream would get what is printed. */
static void open_missing_streams(void) {
  int fd;
  do {
    fd = open("/dev/null", O_RDWR);
  } while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO) {
    (void)close(fd);
  }
}

int oms_cli_main(int argc, char **argv) {
  (void)signal(SIGPIPE, SIG_IGN);
  open_missing_streams();
  if (argc < 2) {
    fprintf(stderr, "moondesk: which command? 'moondesk help' lists them\n");
    return OMS_EXIT_USAGE;
  }
  const char *name = argv[1];
  if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0) {
    name = "help";
  } else if (strcmp(name, "--version") == 0) {
    name = "version";
  }
  const oms_cli_command_t *c = oms_cli_find(name);
  if (c == NULL) {
    return oms_cli_unknown_command(name);
  }
  if (wants_help(argc - 2, argv + 2)) {
    oms_cli_print_help(c, stdout);
    return flush_stdout(OMS_EXIT_DONE);
  }
  return flush_stdout(c->run(c, argc - 2, argv + 2));
}
