/* shadow.h - a changed rule beside a run that is made again: it sees what the rule of the run sees
 * and is asked what that one was asked, but its word has no effect. */
#ifndef OMS_HOST_SHADOW_H
#define OMS_HOST_SHADOW_H

#include "host/desk.h"
#include "host/run.h"
#include "port/desk.h"

typedef struct oms_decision {
  const oms_engine_t *engine;
  oms_time_t ts;
  const oms_order_t *order;
  const char *rule; /* id of the run's rule; NULL: the run had none like it */
  oms_word_t then, now;
} oms_decision_t;

/* Told of each decision as it is made, and of each failure of the changed rule (in check, where it
 * is also a decision, or in another callback) with its whole text. */
typedef struct oms_shadow_options {
  const char *path; /* of the changed rule, on the disk */
  void *self;
  void (*decision)(void *self, const oms_decision_t *decision);
  void (*failure)(void *self, const char *text);
} oms_shadow_options_t;

struct oms_host;
struct oms_host_script;
/* Loads it, once for every rule of the run with the same file or id, with that one's parameters;
 * where there is none it stands at the end of the list. After the run's scripts. OMS_ERR_SCRIPT,
 * OMS_ERR_USAGE, OMS_ERR_IO, OMS_ERR_NOMEM. */
int oms_host_load_shadow(struct oms_host *h, oms_error_t *err);
/* Whether it watches such an order. */
bool oms_shadow_sees(const struct oms_host *h, const struct oms_host_script *s,
                     const oms_order_t *o);
void oms_shadow_failed(struct oms_host *h, const oms_error_t *err);

#endif
