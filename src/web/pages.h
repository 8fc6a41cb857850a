/* pages.h - the page of report.html and sweep.html as bytes in the program, cut where each of them
 * puts its own: the title, then the data. build.mjs makes the definition. */
#ifndef OMS_WEB_PAGES_H
#define OMS_WEB_PAGES_H

#include <stddef.h>

typedef struct oms_web_part {
  const unsigned char *bytes; /* no NUL at the end */
  size_t n;
} oms_web_part_t;

/* Before the title (text of an element), between title and data (JSON in a script element), after
 * the data. */
extern const oms_web_part_t oms_web_page[3];

#endif
