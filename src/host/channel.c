/* channel.c - the control socket of a run by the clock: several clients, each with one request at a
 * time and a line of bounded length. Nobody waits for a client: one that does not read its answer,
 * or does not end its line, keeps its own place only, and loses it when others want it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/alloc.h"
#include "host/command.h"
#include "host/pace.h"
#include "host/request.h"

#define CLIENTS_MAX 32
#define HEAD_ROOM   32

typedef struct client {
  uv_pipe_t pipe;
  oms_channel_t *channel;
  struct client *next;
  bool open;       /* else the loop is letting go of it */
  bool ended;      /* it will not say more, but may wait for its answer */
  uint64_t seen;   /* when it spoke last, by a counter */
  uint64_t ticket; /* of its request; 0: it has none */
  size_t left;     /* reloads that are not over yet */
  uint64_t gate;   /* what its answer waits for; 0: nothing */
  bool refused;
  char *text; /* of the answer, with room for the head before it; owned */
  size_t text_n;
  uv_write_t write;
  bool writing;
  char line[OMS_REQUEST_MAX];
  size_t line_n;
} client_t;

struct oms_channel {
  oms_host_t *h;
  const oms_live_t *live; /* NULL: a paced run */
  bool in_turn;           /* of a live host, where alone requests are run */
  oms_wake_t wake;
  void *ctx;
  uv_pipe_t server;
  bool listening;
  char path[sizeof((struct sockaddr_un *)0)->sun_path];
  struct stat mark; /* of the socket that was put there: only that one is removed at the end */
  client_t *clients;
  size_t open_n;
  uint64_t tickets, clock;
};

/* Clients. */

static void on_gone(uv_handle_t *handle) {
  client_t *c = handle->data;
  client_t **at = &c->channel->clients;
  while (*at != c) {
    at = &(*at)->next;
  }
  *at = c->next;
  oms_free(c->text);
  oms_free(c);
}

static void drop(client_t *c) {
  if (c->open) {
    c->open = false;
    c->ticket = 0;
    c->channel->open_n--;
    uv_close((uv_handle_t *)&c->pipe, on_gone);
  }
}

/* A place for one more: that of the client who has been silent longest. */
static void make_room(oms_channel_t *ch) {
  client_t *silent = NULL;
  for (client_t *c = ch->clients; ch->open_n >= CLIENTS_MAX && c != NULL; c = c->next) {
    silent = c->open && (silent == NULL || c->seen < silent->seen) ? c : silent;
  }
  if (silent != NULL) {
    drop(silent);
  }
}

/* Answers. */

static void put_text(client_t *c, const char *line) {
  size_t n = strlen(line);
  if (c->text_n + n + 1 > OMS_ANSWER_MAX) {
    return;
  }
  char *text = oms_realloc(c->text, HEAD_ROOM + c->text_n + n + 1);
  if (text != NULL) {
    c->text = text;
    memcpy(text + HEAD_ROOM + c->text_n, line, n);
    text[HEAD_ROOM + c->text_n + n] = '\n';
    c->text_n += n + 1;
  }
}

static void take_lines(client_t *c);
static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf);
static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf);

static void on_written(uv_write_t *write, int status) {
  client_t *c = write->data;
  oms_free(c->text);
  c->text = NULL;
  c->text_n = 0;
  c->writing = false;
  if (status != 0) {
    drop(c);
  } else if (c->open) {
    take_lines(c);
  }
}

/* The next line is read when this has been taken. */
static void answer(client_t *c) {
  char head[HEAD_ROOM];
  int n = snprintf(head, sizeof head, "%s %zu\n", c->refused ? "refused" : "done", c->text_n);
  c->ticket = 0;
  if (c->text == NULL) {
    drop(c); /* there was no memory for it */
    return;
  }
  char *from = c->text + HEAD_ROOM - n;
  memcpy(from, head, (size_t)n);
  uv_buf_t buf = uv_buf_init(from, (unsigned)((size_t)n + c->text_n));
  c->write.data = c;
  c->writing = true;
  if (uv_write(&c->write, (uv_stream_t *)&c->pipe, &buf, 1, on_written) != 0) {
    c->writing = false;
    drop(c);
  }
}

static void on_told(void *ctx, uint64_t ticket, const oms_reload_record_t *r) {
  oms_channel_t *ch = ctx;
  char line[OMS_RELOAD_TEXT], all[OMS_RELOAD_TEXT + 300];
  for (client_t *c = ticket == 0 ? NULL : ch->clients; c != NULL; c = c->next) {
    if (c->ticket != ticket) {
      continue;
    }
    oms_reload_text(r, line);
    snprintf(all, sizeof all, "%.256s: %s", r->id, line);
    put_text(c, all);
    c->refused = c->refused || r->message != NULL;
    if (c->left > 0 && --c->left == 0) {
      answer(c);
    }
    return;
  }
}

/* Requests. */

/* What is answered at once: a text of its own, which the answer takes as it is. */
static int run_command(client_t *c, const oms_request_t *r, oms_error_t *err) {
  char *text = NULL;
  size_t n = 0;
  FILE *to = open_memstream(&text, &n);
  if (to == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the answer");
  }
  int rc = oms_host_command(c->channel->h, c->channel->live, r, to, err);
  if (fclose(to) != 0 || text == NULL) {
    rc = oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the answer");
  } else if (rc == OMS_OK && n + 1 > OMS_ANSWER_MAX) {
    rc = oms_error_set(
        err, OMS_ERR_FULL,
        "the answer is too long (%zu bytes): ask for one account, strategy or symbol", n);
  }
  if (rc == OMS_OK) {
    put_text(c, text);
  }
  free(text); /* of open_memstream, not ours */
  c->channel->wake(c->channel->ctx);
  return rc;
}

static int run_reload(client_t *c, const oms_request_t *r, size_t *n, oms_error_t *err) {
  oms_host_t *h = c->channel->h;
  return r->name == NULL ? oms_host_reload_changed(h, true, c->ticket, n, err)
                         : oms_host_reload_ask(h, r->name, r->with, c->ticket, n, err);
}

/* What an answer has to wait for now; 0: all of it is on disk, or nothing is written down. */
static uint64_t gate_of(const oms_channel_t *ch) {
  oms_live_state_t state;
  if (ch->live == NULL) {
    return 0;
  }
  ch->live->state(ch->live->self, &state);
  uint64_t gate = ch->live->gate(ch->live->self);
  return gate > state.durable_gate ? gate : 0;
}

static void run_request(client_t *c, char *line) {
  oms_channel_t *ch = c->channel;
  oms_request_t r;
  oms_error_t err;
  size_t n = 0;
  c->ticket = ++ch->h->input.tickets;
  c->refused = false;
  int rc = oms_request_parse(line, &r, &err);
  if (rc == OMS_OK && r.verb == OMS_VERB_RELOAD) {
    rc = run_reload(c, &r, &n, &err);
  } else if (rc == OMS_OK) {
    rc = run_command(c, &r, &err);
  }
  if (rc == OMS_OK && n > 0) {
    c->left = n;
    ch->wake(ch->ctx);
    return;
  }
  c->refused = rc != OMS_OK;
  if (c->text_n == 0) {
    put_text(c, rc != OMS_OK ? err.message : "no file has changed");
  }
  c->gate = gate_of(ch);
  if (c->gate == 0) {
    answer(c);
  }
}

/* The lines that have come, one after the other; those of a live host wait for its turn. */
static void take_lines(client_t *c) {
  char *end;
  bool now = c->channel->live == NULL || c->channel->in_turn;
  if (!now && memchr(c->line, '\n', c->line_n) != NULL) {
    (void)uv_read_stop((uv_stream_t *)&c->pipe);
    c->channel->wake(c->channel->ctx);
    return;
  }
  while (c->open && c->ticket == 0 && !c->writing &&
         (end = memchr(c->line, '\n', c->line_n)) != NULL) {
    char line[OMS_REQUEST_MAX];
    size_t n = (size_t)(end - c->line);
    memcpy(line, c->line, n);
    line[n] = '\0';
    if (memchr(line, '\0', n) != NULL) {
      line[0] = '\0'; /* no text: an unknown request */
    }
    c->line_n -= n + 1;
    memmove(c->line, end + 1, c->line_n);
    run_request(c, line);
  }
  bool idle = c->ticket == 0 && !c->writing;
  bool full = c->line_n == sizeof c->line;
  if (c->open && idle && (full || c->ended)) {
    drop(c); /* a line without an end, or nothing more to say */
  } else if (c->open && (full || c->ended)) {
    (void)uv_read_stop((uv_stream_t *)&c->pipe);
  } else if (c->open) {
    (void)uv_read_start((uv_stream_t *)&c->pipe, on_room, on_read);
  }
}

void oms_channel_drain(oms_channel_t *ch) {
  ch->in_turn = true;
  for (client_t *c = ch->clients, *next; c != NULL; c = next) {
    next = c->next;
    if (c->open && c->ticket == 0 && !c->writing && memchr(c->line, '\n', c->line_n) != NULL) {
      take_lines(c);
    }
  }
  ch->in_turn = false;
}

void oms_channel_serve(oms_channel_t *ch, const oms_live_t *live) {
  ch->live = live;
}

void oms_channel_durable(oms_channel_t *ch, uint64_t gate) {
  for (client_t *c = ch->clients, *next; c != NULL; c = next) {
    next = c->next;
    if (c->open && c->gate != 0 && c->gate <= gate) {
      c->gate = 0;
      answer(c);
    }
  }
}

static void on_room(uv_handle_t *handle, size_t suggested, uv_buf_t *buf) {
  client_t *c = handle->data;
  (void)suggested;
  *buf = uv_buf_init(c->line + c->line_n, (unsigned)(sizeof c->line - c->line_n));
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf) {
  client_t *c = stream->data;
  (void)buf;
  if (n < 0 && n != UV_EOF) {
    drop(c);
    return;
  }
  c->ended = n == UV_EOF;
  c->line_n += n > 0 ? (size_t)n : 0;
  c->seen = ++c->channel->clock;
  take_lines(c);
}

static void on_connection(uv_stream_t *server, int status) {
  oms_channel_t *ch = server->data;
  client_t *c = status == 0 ? oms_alloc_zero(1, sizeof *c) : NULL;
  if (c == NULL) {
    return;
  }
  c->channel = ch;
  c->pipe.data = c;
  if (uv_pipe_init(server->loop, &c->pipe, 0) != 0) {
    oms_free(c);
    return;
  }
  make_room(ch);
  c->open = true;
  c->seen = ++ch->clock;
  c->next = ch->clients;
  ch->clients = c;
  ch->open_n++;
  if (uv_accept(server, (uv_stream_t *)&c->pipe) != 0 ||
      uv_read_start((uv_stream_t *)&c->pipe, on_room, on_read) != 0) {
    drop(c);
  }
}

/* The socket. */

/* Another user must not be able to put a socket of his own there. */
static int check_folder(const char *path, bool make, oms_error_t *err) {
  char folder[512];
  struct stat st;
  const char *slash = strrchr(path, '/');
  if (!make || slash == NULL) {
    return OMS_OK;
  }
  snprintf(folder, sizeof folder, "%.*s", (int)(slash - path), path);
  if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
    return oms_error_set(err, OMS_ERR_IO, "cannot make the folder %s: %s", folder, strerror(errno));
  }
  if (lstat(folder, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid() ||
      (st.st_mode & 077) != 0) {
    return oms_error_set(err, OMS_ERR_IO,
                         "%s must be a folder that only its owner, this user, may open", folder);
  }
  return OMS_OK;
}

/* Whether somebody listens there. */
static bool is_answered(const char *path) {
  struct sockaddr_un to = {.sun_family = AF_UNIX};
  snprintf(to.sun_path, sizeof to.sun_path, "%s", path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
  bool answered = fd >= 0 && (connect(fd, (const struct sockaddr *)&to, sizeof to) == 0 ||
                              errno == EAGAIN || errno == EINPROGRESS);
  if (fd >= 0) {
    (void)close(fd);
  }
  return answered;
}

/* What a run left that did not come to its end goes; nothing else does. */
static int clear_place(const char *path, oms_error_t *err) {
  struct stat st;
  if (lstat(path, &st) != 0) {
    return OMS_OK;
  }
  if (!S_ISSOCK(st.st_mode)) {
    return oms_error_set(err, OMS_ERR_USAGE, "%s is there already and is no socket", path);
  }
  if (is_answered(path)) {
    return oms_error_set(err, OMS_ERR_EXISTS,
                         "another run listens at %s; give this one its own with --control PATH",
                         path);
  }
  (void)unlink(path);
  return OMS_OK;
}

/* A socket at ch->path for this user alone, in '*fd'. The loop is given the socket and not the
 * path: it would remove at its end whatever stands there by then. */
static int bind_at(oms_channel_t *ch, int *fd) {
  struct sockaddr_un at = {.sun_family = AF_UNIX};
  memcpy(at.sun_path, ch->path, sizeof at.sun_path);
  *fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (*fd < 0) {
    return -errno;
  }
  mode_t before = umask(0177);
  int rc = bind(*fd, (const struct sockaddr *)&at, sizeof at) == 0 ? 0 : -errno;
  (void)umask(before);
  return rc == 0 && lstat(ch->path, &ch->mark) != 0 ? -errno : rc;
}

static int listen_at(oms_channel_t *ch, uv_loop_t *loop, oms_error_t *err) {
  int fd = -1, rc = uv_pipe_init(loop, &ch->server, 0);
  if (rc == 0) {
    ch->listening = true;
    ch->server.data = ch;
    rc = bind_at(ch, &fd);
  }
  if (rc == 0) {
    rc = uv_pipe_open(&ch->server, fd);
    fd = rc == 0 ? -1 : fd; /* the loop closes it */
  }
  if (rc == 0) {
    rc = uv_listen((uv_stream_t *)&ch->server, CLIENTS_MAX, on_connection);
  }
  if (fd >= 0) {
    (void)close(fd);
  }
  return rc == 0
             ? OMS_OK
             : oms_error_set(err, OMS_ERR_IO, "cannot listen at %s: %s", ch->path, uv_strerror(rc));
}

/* Another run may have put its own there when somebody had removed this one. */
static void remove_own(const oms_channel_t *ch) {
  struct stat st;
  if (ch->mark.st_ino != 0 && lstat(ch->path, &st) == 0 && st.st_ino == ch->mark.st_ino &&
      st.st_dev == ch->mark.st_dev) {
    (void)unlink(ch->path);
  }
}

int oms_channel_open(uv_loop_t *loop, oms_host_t *h, const char *path, oms_wake_t wake, void *ctx,
                     oms_channel_t **out, oms_error_t *err) {
  const struct sockaddr_un room;
  if (path[0] == '\0' || strlen(path) >= sizeof room.sun_path) {
    return oms_error_set(err, OMS_ERR_USAGE,
                         "control: the path of a socket has 1 to %zu bytes, not '%.200s'",
                         sizeof room.sun_path - 1, path);
  }
  int rc = check_folder(path, h->options->control == NULL, err);
  if (rc == OMS_OK) {
    rc = clear_place(path, err);
  }
  if (rc != OMS_OK) {
    return rc;
  }
  oms_channel_t *ch = oms_alloc_zero(1, sizeof *ch);
  if (ch == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory for the control socket");
  }
  *ch = (oms_channel_t){.h = h, .wake = wake, .ctx = ctx};
  snprintf(ch->path, sizeof ch->path, "%s", path);
  *out = ch; /* also when it fails: the loop holds a handle of it */
  h->reload_told = on_told;
  h->reload_ctx = ch;
  return listen_at(ch, loop, err);
}

/* Who still waits for an answer gets one. */
static void say_farewell(client_t *c) {
  static const char why[] = "the run came to its end";
  char text[sizeof why + HEAD_ROOM];
  int n = snprintf(text, sizeof text, "refused %zu\n%s", sizeof why - 1, why);
  if (c->open && c->ticket != 0 && !c->writing) {
    uv_buf_t buf = uv_buf_init(text, (unsigned)n);
    (void)uv_try_write((uv_stream_t *)&c->pipe, &buf, 1);
  }
}

void oms_channel_close(oms_channel_t *ch) {
  if (ch == NULL) {
    return;
  }
  ch->h->reload_told = NULL;
  remove_own(ch);
  if (ch->listening) {
    uv_close((uv_handle_t *)&ch->server, NULL);
  }
  for (client_t *c = ch->clients; c != NULL; c = c->next) {
    say_farewell(c);
    drop(c);
  }
}

void oms_channel_free(oms_channel_t *ch) {
  oms_free(ch);
}
