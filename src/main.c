/* main.c - the program: everything is in cli/. */
#include "cli/cli.h"

int main(int argc, char **argv) {
  return oms_cli_main(argc, argv);
}
