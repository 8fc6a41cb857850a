/* pace.h - the parts of a paced run, on one libuv loop: pace.c (the clock), watch.c (files),
 * channel.c (the control socket). Each part closes its handles at the end of the run and is freed
 * when the loop has let go of them. */
#ifndef OMS_HOST_PACE_H
#define OMS_HOST_PACE_H

#include <uv.h>

#include "host/host.h"
#include "port/live.h"

/* Called when a reload has been asked for. */
typedef void (*oms_wake_t)(void *ctx);

/* Watches the folders of all files that scripts have loaded, and asks for the reload of those whose
 * content has changed. What cannot be watched is looked at once a second. OMS_ERR_NOMEM. */
typedef struct oms_watch oms_watch_t;
int oms_watch_open(uv_loop_t *loop, oms_host_t *h, oms_wake_t wake, void *ctx, oms_watch_t **out,
                   oms_error_t *err);
void oms_watch_close(oms_watch_t *w);
void oms_watch_free(oms_watch_t *w);

/* Listens on the socket at 'path', which only this user may open. OMS_ERR_IO, OMS_ERR_EXISTS:
 * another run listens there; OMS_ERR_USAGE: the path cannot be a socket's. */
typedef struct oms_channel oms_channel_t;
int oms_channel_open(uv_loop_t *loop, oms_host_t *h, const char *path, oms_wake_t wake, void *ctx,
                     oms_channel_t **out, oms_error_t *err);
/* Of a live host: operations go through 'live' (borrowed), and answers to them wait until what was
 * written down is on disk: until oms_channel_durable of its gate. */
void oms_channel_serve(oms_channel_t *c, const oms_live_t *live);
/* In the host's turn: runs the requests that wait. */
void oms_channel_drain(oms_channel_t *c);
void oms_channel_durable(oms_channel_t *c, uint64_t gate);
void oms_channel_close(oms_channel_t *c);
void oms_channel_free(oms_channel_t *c);

#endif
