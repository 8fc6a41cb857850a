/* row_codec.h - rows of market data as the payload of a ROW record. */
#ifndef OMS_HOST_ROW_CODEC_H
#define OMS_HOST_ROW_CODEC_H

#include "host/input.h"

/* Appends the row and its flags (OMS_ROW_). Times are packed by their distance from 'now'. */
void oms_row_pack(oms_pack_t *p, const oms_row_t *row, int flags, oms_time_t now);
/* False: no row, or words out of range; 'row' is not to be used then. */
bool oms_row_unpack(oms_unpack_t *u, oms_time_t now, oms_row_t *row, int *flags);

#endif
