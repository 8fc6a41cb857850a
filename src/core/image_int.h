/* image_int.h - the parts of an image in their order, for image.c, which writes them, and
 * image_load.c, which reads them. What follows from the rest (maps, chains of fills, lists of open
 * orders, counts) is not in it and is made again.
 *   magic, the engine's own figures, instruments, accounts, owners, orders, groups with their
 *   members, fills, positions with their lots, first terms, corporate actions, digest */
#ifndef OMS_CORE_IMAGE_INT_H
#define OMS_CORE_IMAGE_INT_H

#include "core/codec.h"
#include "core/engine_int.h"
#include "core/fields.h"
#include "core/image.h"

#define IMAGE_MAGIC    "OMSCORE1" /* the last letter is the version */
#define IMAGE_MAGIC_N  8
#define IMAGE_DIGEST_N 32

/* How many there are of what, and what is left of the engine itself. */
typedef struct image_head {
  uint64_t seed, event_seq;
  uint32_t instruments, accounts, owners, orders, groups, fills, positions, originals, actions;
  uint32_t new_group;
  uint8_t state;
  oms_time_t now, day_start, next_roll;
} image_head_t;

extern const field_table_t image_head_table, image_account_table, image_owner_table,
    image_order_table, image_more_table, image_group_table, image_fill_table, image_position_table,
    image_lot_table, image_original_table, image_action_table;

/* A text that the one before it may share. */
enum { IMAGE_TEXT_NONE, IMAGE_TEXT_SAME, IMAGE_TEXT_NEW };

#endif
