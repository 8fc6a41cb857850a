/* table.c - connections by number, and how many each peer has. A number is its slot below and how
 * often the slot was used above it, so that none comes again. */
#include <string.h>

#include "base/alloc.h"
#include "net/server_int.h"

enum { SLOT_BITS = 24 };

int oms_table_open(oms_server_t *s) {
  s->slot_n = s->o.max_connections;
  s->slots = oms_alloc_zero(s->slot_n, sizeof *s->slots);
  s->free_slots = oms_alloc_zero(s->slot_n, sizeof *s->free_slots);
  if (s->slots == NULL || s->free_slots == NULL) {
    return OMS_ERR_NOMEM;
  }
  for (size_t i = 0; i < s->slot_n; i++) {
    s->free_slots[i] = (uint32_t)(s->slot_n - 1 - i);
  }
  s->free_n = s->slot_n;
  return OMS_OK;
}

void oms_table_free(oms_server_t *s) {
  oms_free(s->slots);
  oms_free(s->free_slots);
  for (size_t i = 0; i < sizeof s->peers / sizeof s->peers[0]; i++) {
    while (s->peers[i] != NULL) {
      peer_t *p = s->peers[i];
      s->peers[i] = p->next;
      oms_free(p);
    }
  }
}

bool oms_table_put(oms_server_t *s, conn_t *c) {
  if (s->free_n == 0) {
    return false;
  }
  uint32_t i = s->free_slots[--s->free_n];
  s->slots[i].conn = c;
  c->id = ++s->slots[i].generation << SLOT_BITS | i;
  return true;
}

void oms_table_remove(oms_server_t *s, conn_t *c) {
  if (c->id != 0 && oms_table_find(s, c->id) == c) {
    uint32_t i = (uint32_t)(c->id & ((1u << SLOT_BITS) - 1));
    s->slots[i].conn = NULL;
    s->free_slots[s->free_n++] = i;
  }
}

conn_t *oms_table_find(const oms_server_t *s, oms_conn_t id) {
  size_t i = (size_t)(id & ((1u << SLOT_BITS) - 1));
  if (i >= s->slot_n || s->slots[i].conn == NULL || s->slots[i].conn->id != id) {
    return NULL;
  }
  return s->slots[i].conn;
}

static peer_t **bucket(oms_server_t *s, const char *name) {
  uint32_t h = 2166136261u;
  for (; *name != '\0'; name++) {
    h = (h ^ (unsigned char)*name) * 16777619u;
  }
  return &s->peers[h % (sizeof s->peers / sizeof s->peers[0])];
}

peer_t *oms_peer_take(oms_server_t *s, const char *name) {
  peer_t **at = bucket(s, name);
  for (peer_t *p = *at; p != NULL; p = p->next) {
    if (strcmp(p->name, name) == 0) {
      p->n++;
      return p;
    }
  }
  peer_t *p = oms_alloc_zero(1, sizeof *p);
  if (p != NULL) {
    strncpy(p->name, name, sizeof p->name - 1);
    p->n = 1;
    p->next = *at;
    *at = p;
  }
  return p;
}

void oms_peer_give(oms_server_t *s, peer_t *p) {
  if (p == NULL || --p->n > 0) {
    return;
  }
  peer_t **at = bucket(s, p->name);
  while (*at != p) {
    at = &(*at)->next;
  }
  *at = p->next;
  oms_free(p);
}
