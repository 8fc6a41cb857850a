/* link_int.h - what link.c and link_net.c share. */
#ifndef OMS_HOST_LINK_INT_H
#define OMS_HOST_LINK_INT_H

#include "host/link.h"

/* An order, or the successor of a replace, that the venue is asked for. */
typedef struct link_doubt {
  uint32_t order;
  int64_t absent_at; /* received: when it was absent for the first time; 0: not yet */
  int64_t ask_at;    /* when to ask (again); 0: the answer is awaited */
  bool resent;
} link_doubt_t;

/* A name of the venue's that was not known, on this connection. */
typedef struct link_stranger {
  char wire_id[24];
  uint8_t asked; /* how often the venue was asked for it */
  bool told;     /* people were, that it cannot be taken in */
} link_stranger_t;

/* Lines up to 'end' of the bytes that wait may leave with this gate. */
typedef struct link_piece {
  uint64_t gate;
  size_t n;
} link_piece_t;

struct oms_link {
  oms_desk_host_t *d;
  oms_link_host_t host;
  bool up, ready;
  oms_time_t since;       /* when it came or went; before the first time: the start */
  bool told_unknown;      /* a word that is not known was told */
  oms_link_message_t can; /* the hello of this connection */
  oms_array_t doubts;     /* link_doubt_t */
  oms_array_t seen;       /* uint8_t by order: named on this connection */
  oms_array_t strangers;  /* link_stranger_t */
  oms_pack_t out;         /* bytes that wait */
  size_t out_at;          /* those before have left */
  oms_ring_t pieces;      /* link_piece_t */
  uint64_t sent, heard;
  bool open;            /* lines are kept to be sent; false: a replay */
  struct link_net *net; /* NULL: no connection is tried */
};

/* link_stranger.c: an order of the venue's that is none of ours. What the message says of it makes
 * it an order of "external", or it is asked for. Its index; OMS_NONE: not yet, or not at all. */
uint32_t link_take_in(oms_link_t *l, const oms_link_message_t *m);
/* Whether its fills are to come first: they are asked for, once. */
bool link_lacks_fills(oms_link_t *l, const oms_link_message_t *m, uint32_t order);

/* link.c: a word to people; asks for an order by its name, or by that which the venue gave it. */
void link_alert(oms_link_t *l, uint32_t order, const char *text);
void link_ask_for(oms_link_t *l, uint32_t order);
void link_ask_name(oms_link_t *l, const char *wire_id);
oms_report_t link_report(const oms_link_t *l, uint32_t order, oms_report_type_t type);

/* link.c, for link_net.c: asks again for what is due at 'mono' (monotonic ns); '*next' is when the
 * next one is, INT64_MAX: none. */
void link_tick(oms_link_t *l, int64_t mono, int64_t *next);
/* Takes a line down that begins at 'from' of l->out. */
void link_commit(oms_link_t *l, size_t from);
void link_net_free(oms_link_t *l);

#endif
