/* keys.h - an API key as it is stored: the secret is known to its holder alone, here is a salted
 * hash of it. */
#ifndef OMS_PORT_KEYS_H
#define OMS_PORT_KEYS_H

#include <stdint.h>

#include "base/time.h"

enum {
  OMS_MAY_READ = 1,  /* all that only looks */
  OMS_MAY_TRADE = 2, /* orders and positions of its account */
  OMS_MAY_FEED = 4,  /* pushes market data */
  OMS_MAY_ADMIN = 8  /* scripts, kill and resume, limits, approvals, the risk socket */
};

/* The words of these bits, in their order. */
#define OMS_MAY_WORDS                                                                              \
  { "read", "trade", "feed", "admin" }
enum { OMS_MAY_COUNT = 4, OMS_KEY_ROOM = 33 };

typedef struct oms_key_record {
  char id[OMS_KEY_ROOM];    /* what the client sends as key id: "MD" and 18 of [A-Z0-9] */
  char name[65];            /* for people; "" */
  char account[129];        /* id of the account */
  uint32_t scopes;          /* OMS_MAY_ bits */
  unsigned char salt[16];   /* random */
  unsigned char digest[32]; /* SHA-256 of the salt's 16 bytes and the secret's 40 (no NUL) */
  oms_time_t created;
  oms_time_t revoked; /* OMS_NO_TIME: it is good */
} oms_key_record_t;

#endif
