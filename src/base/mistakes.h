/* mistakes.h - several errors told as one: whoever reads a configuration tells all that is wrong
 * with it at once, a line each. */
#ifndef OMS_BASE_MISTAKES_H
#define OMS_BASE_MISTAKES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

typedef struct oms_mistakes {
  size_t n, used;
  int code;        /* of the first */
  char text[3800]; /* "\n  " and the first line of each; what does not fit is counted only */
  oms_error_t first;
} oms_mistakes_t;

/* Takes 'err' down; of the messages of several the first lines are told. */
void oms_mistakes_add(oms_mistakes_t *m, const oms_error_t *err);
/* Whether an error is one mistake among others; others (memory, a budget) end the reading. */
bool oms_is_mistake(int code);
/* OMS_OK without a mistake; else the code of the first: one is told as it is, of several
 * "N WHAT are wrong:" and a line each. */
int oms_mistakes_tell(const oms_mistakes_t *m, const char *what, oms_error_t *err);

#endif
