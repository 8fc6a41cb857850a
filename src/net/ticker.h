/* ticker.h - a clock on somebody's libuv loop that calls again and again, and sooner when it is
 * asked to. Leaves out uv.h on purpose. */
#ifndef OMS_NET_TICKER_H
#define OMS_NET_TICKER_H

#include <stdint.h>

#include "base/err.h"

struct uv_loop_s;
typedef struct oms_ticker oms_ticker_t;

/* Calls every 'every' ns. OMS_ERR_NOMEM. */
int oms_ticker_open(struct uv_loop_s *loop, int64_t every, void (*call)(void *ctx), void *ctx,
                    oms_ticker_t **out, oms_error_t *err);
/* The next call comes in 'ns' at the latest, to the millisecond. */
void oms_ticker_within(oms_ticker_t *t, int64_t ns);
/* NULL is allowed; frees it when the loop has let go of it. */
void oms_ticker_close(oms_ticker_t *t);

#endif
