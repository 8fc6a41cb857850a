/* op_codec.h - operations (port/live.h) as the payload of an OP record: canonical bytes, so that
 * equal operations are equal records. */
#ifndef OMS_HOST_OP_CODEC_H
#define OMS_HOST_OP_CODEC_H

#include "base/pack.h"
#include "port/live.h"

/* What an unpacked operation points to beside the bytes. */
typedef struct oms_op_room {
  oms_terms_t terms, children[OMS_OP_CHILDREN_MAX];
} oms_op_room_t;

void oms_op_pack(oms_pack_t *p, const oms_op_t *op);
/* Texts are borrowed from the bytes, terms lie in 'room'. False: no operation, or words out of
 * range; 'op' is not to be used then. */
bool oms_op_unpack(oms_unpack_t *u, oms_op_t *op, oms_op_room_t *room);

#endif
