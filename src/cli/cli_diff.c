/* cli_diff.c - moondesk diff OUT_A OUT_B: where two runs part. */
#include "cli/cli.h"
#include "host/diff.h"

static int run(const oms_cli_command_t *self, int argc, char **argv) {
  oms_array_t arguments;
  oms_error_t err;
  bool differ = false;
  int status;
  int rc = oms_cli_parse(self, argc, argv, NULL, &arguments, &err);
  if (rc != OMS_OK) {
    status = oms_cli_fail(self, &err);
  } else {
    rc = oms_diff_runs(oms_cli_item(&arguments, 0), oms_cli_item(&arguments, 1), stdout, &differ,
                       &err);
    status = differ ? OMS_EXIT_FAILED : OMS_EXIT_DONE;
    if (rc != OMS_OK) {
      (void)fflush(stdout);
      status = oms_cli_fail(NULL, &err);
    }
  }
  oms_cli_free(self, NULL, &arguments);
  return status;
}

const oms_cli_command_t oms_cli_diff = {
    .name = "diff",
    .arguments = "OUT_A OUT_B",
    .summary = "Finds the first event where two runs part (folders of --out), and shows the state "
               "on both sides. Exit status: 0 the same, 1 they differ.",
    .example = "moondesk diff out/before out/after",
    .least = 2,
    .most = 2,
    .run = run};
