/* json_out.c - texts and numbers as JSON has them. */
#include "host/json_out.h"

#include <math.h>
#include <stdlib.h>

void oms_real_text(double v, char out[OMS_REAL_TEXT]) {
  out[0] = '\0';
  for (int digits = 15; isfinite(v) && digits <= 17; digits++) {
    snprintf(out, OMS_REAL_TEXT, "%.*g", digits, v);
    if (strtod(out, NULL) == v) {
      break;
    }
  }
}

void oms_json_number(double v, FILE *to) {
  char text[OMS_REAL_TEXT];
  oms_real_text(v, text);
  fputs(text[0] != '\0' ? text : "null", to);
}

void oms_json_text(const char *s, FILE *to) {
  if (s == NULL) {
    fputs("null", to);
    return;
  }
  fputc('"', to);
  for (; *s != '\0'; s++) {
    unsigned char c = (unsigned char)*s;
    if (c == '"' || c == '\\') {
      fprintf(to, "\\%c", c);
    } else if (c < 0x20) {
      fprintf(to, "\\u%04x", c);
    } else {
      fputc(c, to);
    }
  }
  fputc('"', to);
}
