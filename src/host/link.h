/* link.h - the venue of a session in another process: what is sent to it and what its lines mean
 * (link.c), over a connection that comes and goes (link_net.c). orders.md, section 4.
 *
 * Every line of the venue, and every coming and going of the connection, is an input: it is put
 * into the journal first, then oms_link_take applies it, in a live host and in a replay alike.
 * Everything that changes an order follows from these inputs alone. What is sent carries the gate
 * of the journal and leaves when that is durable.
 *
 * Invariants: an order leaves at most once, unless the venue says that a second time is no second
 * order; while the connection is down or what the venue has is not yet compared, no order leaves:
 * new ones wait as pending_new; one that has left and was not acknowledged when the connection
 * broke or the host started anew is in doubt until the venue is asked: found, it is taken over;
 * absent twice, settle_s apart on one connection, it never arrived. */
#ifndef OMS_HOST_LINK_H
#define OMS_HOST_LINK_H

#include "host/desk.h"
#include "host/link_text.h"
#include "port/journal.h"

struct uv_loop_s;
typedef struct oms_link oms_link_t;

typedef struct oms_link_host {
  void *self;
  /* Puts the bytes into the journal as an input (OMS_RECORD_REPORT or LINK), moves the clock, and
   * gives them to oms_link_take. Called in oms_link_drain alone. */
  void (*input)(void *self, oms_record_kind_t kind, const unsigned char *data, size_t n);
  uint64_t (*gate)(void *self); /* what everything put so far waits for */
  void (*wake)(void *self);     /* something has come: the turn must come */
  void (*log)(void *self, oms_log_level_t level, const char *text);
} oms_link_host_t;

/* The door to the venue, down at first. Sets the desk's 'venue_down'. NULL: out of memory. Freed by
 * '*venue's close, after oms_link_shut where it was opened. Without oms_link_open it is for a
 * replay: nothing is sent. */
oms_link_t *oms_link_new(oms_desk_host_t *d, oms_venue_t *venue);
/* A host has started (or a replay has come there), its orders are recovered: those whose fate is
 * not known are in doubt. */
void oms_link_start(oms_link_t *l);
/* A person has said what became of an order in doubt: what waited for that may leave. */
void oms_link_resolved(oms_link_t *l, uint32_t order);
/* Applies an input. False: no such bytes. What follows of it (events, batch) is for the caller. */
bool oms_link_take(oms_link_t *l, const void *data, size_t n);

typedef struct oms_link_view {
  bool up;              /* connected */
  bool ready;           /* and compared: orders leave */
  oms_time_t since;     /* up, or down */
  char venue[64];       /* its name; "": it has not been there yet */
  size_t doubts;        /* orders that the venue is asked for */
  size_t unsent;        /* bytes that wait for the disk or the socket */
  uint64_t sent, heard; /* lines */
} oms_link_view_t;
void oms_link_look(const oms_link_t *l, oms_link_view_t *v);

/* link_net.c: connects and goes on trying. 'address' "127.0.0.1:7001"; 'client' is the name that
 * the venue gets. OMS_ERR_USAGE: no such address. */
int oms_link_open(oms_link_t *l, const oms_link_host_t *host, struct uv_loop_s *loop,
                  const char *address, const char *client, oms_error_t *err);
/* In the turn: what has come is put down and applied. */
void oms_link_drain(oms_link_t *l);
/* What waits for gates up to this one leaves. */
void oms_link_durable(oms_link_t *l, uint64_t gate);
/* Closes its handles; the loop must run until they are gone. */
void oms_link_shut(oms_link_t *l);

#endif
