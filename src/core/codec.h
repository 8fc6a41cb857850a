/* codec.h - commands and set-up of the engine as canonical bytes, and back: what the journal holds
 * and recovery applies. Prices, quantities and times are packed as base/pack.h has them; texts lie
 * in the bytes, so that a decoded command borrows them. */
#ifndef OMS_CORE_CODEC_H
#define OMS_CORE_CODEC_H

#include "base/pack.h"
#include "core/engine.h"

/* Appends the command without its seq and time, which the record of the journal carries. */
void oms_command_pack(oms_pack_t *p, const oms_command_t *c);
/* The command that the bytes hold; seq and now are for the caller to set. 'terms' is where a SUBMIT
 * finds its terms. Texts are borrowed from the bytes. False: no command, or words out of range. */
bool oms_command_unpack(oms_unpack_t *u, oms_command_t *c, oms_terms_t *terms);

/* Set-up: what oms_engine_add_instrument and its like were given. */
void oms_instrument_pack(oms_pack_t *p, const oms_instrument_t *i);
bool oms_instrument_unpack(oms_unpack_t *u, oms_instrument_t *i);
void oms_account_pack(oms_pack_t *p, const oms_account_t *a);
bool oms_account_unpack(oms_unpack_t *u, oms_account_t *a);
/* The restricted list is packed as bytes by instrument index; unpacked it is borrowed. */
void oms_limits_pack(oms_pack_t *p, const oms_limits_t *l);
bool oms_limits_unpack(oms_unpack_t *u, oms_limits_t *l);

#endif
