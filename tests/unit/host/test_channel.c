/* test_channel.c - the control socket of a paced run in a process of its own, against clients that
 * mean no good: lines without an end, bytes that are no text, answers that nobody reads, more
 * clients than there are places. One who asks properly gets an answer all the while. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "host/host.h"
#include "host/request.h"

#define MANY 100

static char folder[64], address[100];
static pid_t child;
static volatile sig_atomic_t stop;

static void on_term(int number) {
  (void)number;
  stop = 1;
}

static void write_text(const char *name, const char *text) {
  char path[200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "w");
  assert_non_null(file);
  fputs(text, file);
  assert_int_equal(fclose(file), 0);
}

static int run_paced(void) {
  char path[100];
  static oms_run_result_t result;
  oms_session_file_t *file;
  oms_error_t err;
  (void)signal(SIGTERM, on_term);
  int nowhere = open("/dev/null", O_WRONLY);
  (void)dup2(nowhere, STDERR_FILENO);
  snprintf(path, sizeof path, "%s/session.lua", folder);
  const oms_run_options_t options = {
      .quiet = true, .pace = INT64_C(6000000000000), .control = address, .stop = &stop};
  int rc = oms_session_file_load(path, &file, &err);
  if (rc == OMS_OK) {
    rc = oms_run_session(oms_session_file_config(file), file, &options, &result, &err);
    oms_session_file_free(file);
  }
  close(nowhere);
  return rc == OMS_OK && result.partial ? 0 : 1;
}

static int start(void **state) {
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/oms_channel_XXXXXX");
  if (mkdtemp(folder) == NULL) {
    return -1;
  }
  snprintf(address, sizeof address, "%s/x.sock", folder);
  write_text("strategy.lua", "return { on_bar = function() end }\n");
  write_text("broken.lua", "return {\n");
  write_text("session.lua",
             "local rows = {}\n"
             "for i = 1, 100000 do rows[i] = { i * 60000000000, 1, 1, 1, 1, 1 } end\n"
             "return { name = 'x', mode = 'backtest', strategies = { 'strategy.lua' },\n"
             "  data = { { symbol = 'X', timeframe = '1m', bars = rows } } }\n");
  child = fork();
  if (child == 0) {
    _exit(run_paced());
  }
  struct stat st;
  const struct timespec pause = {.tv_nsec = 10000000};
  for (int i = 0; i < 1000 && stat(address, &st) != 0; i++) {
    (void)nanosleep(&pause, NULL);
  }
  return child > 0 ? 0 : -1;
}

/* The run ends cleanly, whoever is still connected. */
static int end(void **state) {
  (void)state;
  int status = -1;
  char command[100];
  (void)kill(child, SIGTERM);
  (void)waitpid(child, &status, 0);
  snprintf(command, sizeof command, "rm -rf '%s'", folder);
  return status == 0 ? system(command) : -1;
}

static int connect_to(void) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  snprintf(to.sun_path, sizeof to.sun_path, "%s", address);
  int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  assert_true(fd >= 0);
  assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof to), 0);
  return fd;
}

static void asks(const char *name, const char *with, int want, const char *text) {
  const oms_request_t r = {.name = name, .with = with};
  char *answer;
  oms_error_t err;
  int rc = oms_control_ask(address, &r, &answer, &err);
  if (answer == NULL) {
    fail_msg("%s", err.message);
    return;
  }
  assert_int_equal(rc, want);
  if (strstr(answer, text) == NULL) {
    fail_msg("the answer is: %s", answer);
  }
  oms_free(answer);
}

static void one_request_one_answer(void **state) {
  (void)state;
  asks("strategy", NULL, OMS_OK, "strategy: reloaded from ");
  asks("strategy", "broken.lua", OMS_ERR_CHECK, "broken.lua:2: unexpected symbol");
  asks("nobody", NULL, OMS_ERR_CHECK, "no strategy or rule is called 'nobody'");
  asks(NULL, NULL, OMS_OK, "no file has changed");
}

/* Reads until 'n' times 'word' has come. */
static void expect_words(int fd, const char *word, int n) {
  static char all[1 << 16];
  size_t got = 0;
  int seen = 0;
  while (seen < n) {
    ssize_t k = recv(fd, all + got, sizeof all - 1 - got, 0);
    if (k <= 0) {
      fail_msg("%d answers of %d", seen, n);
    }
    got += (size_t)k;
    all[got] = '\0';
    seen = 0;
    for (const char *at = all; (at = strstr(at, word)) != NULL; at++) {
      seen++;
    }
  }
}

static void lines_come_together_and_in_pieces(void **state) {
  (void)state;
  int fd = connect_to();
  const char *pieces[] = {"rel", "oad strategy\nreload strategy\nreload st", "rategy", "\n"};
  for (size_t i = 0; i < 4; i++) {
    assert_true(send(fd, pieces[i], strlen(pieces[i]), MSG_NOSIGNAL) > 0);
    const struct timespec pause = {.tv_nsec = 20000000};
    (void)nanosleep(&pause, NULL);
  }
  expect_words(fd, "done ", 3);
  assert_true(send(fd, "reload strategy\n", 16, MSG_NOSIGNAL) > 0);
  (void)shutdown(fd, SHUT_WR); /* says no more, and still gets its answer */
  expect_words(fd, "done ", 1);
  close(fd);
}

static void what_is_no_request_is_refused(void **state) {
  (void)state;
  int fd = connect_to();
  assert_true(send(fd, "\0\1\2\n\xff\xfe\nGET / HTTP/1.1\n", 23, MSG_NOSIGNAL) > 0);
  expect_words(fd, "refused ", 3);
  close(fd);
}

static void a_line_without_an_end_ends_its_client(void **state) {
  (void)state;
  int fd = connect_to();
  static char line[OMS_REQUEST_MAX * 2];
  char byte;
  memset(line, 'x', sizeof line);
  (void)send(fd, line, sizeof line, MSG_NOSIGNAL);
  assert_true(recv(fd, &byte, 1, 0) <= 0);
  close(fd);
  asks("strategy", NULL, OMS_OK, "reloaded");
}

static void stuck_clients_harm_nobody(void **state) {
  (void)state;
  int fds[MANY];
  for (int i = 0; i < MANY; i++) {
    fds[i] = connect_to();
    (void)send(fds[i], "reload str", 10, MSG_NOSIGNAL | MSG_DONTWAIT); /* some are ended already */
  }
  asks("strategy", NULL, OMS_OK, "reloaded");
  /* one that asks without reading its answers */
  for (int i = 0; i < 2000; i++) {
    (void)send(fds[MANY - 1], "\nreload strategy", 16, MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  asks("strategy", NULL, OMS_OK, "reloaded");
  for (int i = 0; i < MANY / 2; i++) {
    close(fds[i]); /* the others are there until the run ends */
  }
  asks("strategy", NULL, OMS_OK, "reloaded");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(one_request_one_answer),
      cmocka_unit_test(lines_come_together_and_in_pieces),
      cmocka_unit_test(what_is_no_request_is_refused),
      cmocka_unit_test(a_line_without_an_end_ends_its_client),
      cmocka_unit_test(stuck_clients_harm_nobody),
  };
  return cmocka_run_group_tests(tests, start, end);
}
