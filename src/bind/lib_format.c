/* lib_format.c - string.format with our own tostring behind %s: no addresses (%p is refused), one
 * spelling of nan, results bounded by the memory of the cell. */
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "bind/bind.h"

#define SPEC_MAX   32
#define NUMBER_MAX 512 /* "%99.99f" of the largest double has 408 characters */

/* Copies the conversion at 's' (behind the '%') with its flags, width and precision into 'spec';
 * returns the place behind it. Raises when it is not "%[flags][two digits][.two digits]letter". */
static const char *read_spec(lua_State *L, const char *s, char spec[SPEC_MAX]) {
  size_t flags = strspn(s, "-+ #0");
  size_t width = strspn(s + flags, "0123456789");
  size_t n = flags + width;
  size_t digits = 0;
  if (s[n] == '.') {
    digits = strspn(s + n + 1, "0123456789");
    n += 1 + digits;
  }
  if (flags > 5 || width > 2 || digits > 2) {
    luaL_error(L, "invalid conversion '%%%s' to 'format' (flags, width or precision too long)", s);
  }
  spec[0] = '%';
  memcpy(spec + 1, s, n);
  spec[n + 1] = '\0';
  return s + n;
}

/* Appends the length modifier and the letter. */
static void end_spec(char spec[SPEC_MAX], const char *modifier, char letter) {
  size_t n = strlen(spec);
  snprintf(spec + n, SPEC_MAX - n, "%s%c", modifier, letter);
}

/* printf by a format made at run time, which the compiler cannot check; read_spec has. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

static void add_integer(lua_State *L, luaL_Buffer *b, int arg, char spec[SPEC_MAX], char letter) {
  char text[NUMBER_MAX];
  lua_Integer v = luaL_checkinteger(L, arg);
  end_spec(spec, LUA_INTEGER_FRMLEN, letter);
  int n = snprintf(text, sizeof(text), spec, v);
  luaL_addlstring(b, text, (size_t)n);
}

static void add_float(lua_State *L, luaL_Buffer *b, int arg, char spec[SPEC_MAX], char letter) {
  char text[NUMBER_MAX];
  double v = luaL_checknumber(L, arg);
  end_spec(spec, "", letter);
  int n = snprintf(text, sizeof(text), spec, isnan(v) ? fabs((double)NAN) : v);
  luaL_addlstring(b, text, (size_t)n);
}

static void add_char(lua_State *L, luaL_Buffer *b, int arg, char spec[SPEC_MAX]) {
  char text[NUMBER_MAX];
  end_spec(spec, "", 'c');
  int n = snprintf(text, sizeof(text), spec, (int)luaL_checkinteger(L, arg));
  luaL_addlstring(b, text, (size_t)n);
}

/* The text is pushed on top of the buffer's own place on the stack and taken from there. */
static void add_text(lua_State *L, luaL_Buffer *b, int arg, char spec[SPEC_MAX]) {
  size_t n;
  luaL_checkany(L, arg);
  const char *s = oms_lib_tostring(L, arg, &n);
  if (spec[1] == '\0' || (strchr(spec, '.') == NULL && n >= 100)) {
    luaL_addvalue(b); /* no width that could change anything */
    return;
  }
  char text[NUMBER_MAX];
  luaL_argcheck(L, n == strlen(s), arg, "string contains zeros");
  end_spec(spec, "", 's');
  int length = snprintf(text, sizeof(text), spec, s); /* width and precision are below 100 */
  lua_pop(L, 1);                                      /* the buffer has to be on top to grow */
  luaL_addlstring(b, text, (size_t)length);
}

#pragma GCC diagnostic pop

static void add_quoted(luaL_Buffer *b, const char *s, size_t n) {
  luaL_addchar(b, '"');
  for (size_t i = 0; i < n; i++) {
    char c = s[i];
    if (c == '"' || c == '\\' || c == '\n') {
      luaL_addchar(b, '\\');
      luaL_addchar(b, c);
    } else if (iscntrl((unsigned char)c)) {
      char text[8];
      bool digit = i + 1 < n && isdigit((unsigned char)s[i + 1]);
      snprintf(text, sizeof(text), digit ? "\\%03d" : "\\%d", (int)(unsigned char)c);
      luaL_addstring(b, text);
    } else {
      luaL_addchar(b, c);
    }
  }
  luaL_addchar(b, '"');
}

/* %q of a number: read back it is the same value. */
static void add_exact_number(lua_State *L, luaL_Buffer *b, int arg) {
  char text[64];
  double v = lua_tonumber(L, arg);
  if (lua_isinteger(L, arg)) {
    lua_Integer i = lua_tointeger(L, arg);
    if (i == LUA_MININTEGER) { /* its decimal text would be read as a float */
      strcpy(text, "0x8000000000000000");
    } else {
      snprintf(text, sizeof(text), LUA_INTEGER_FMT, i);
    }
  } else if (isnan(v)) {
    strcpy(text, "(0/0)");
  } else if (isinf(v)) {
    strcpy(text, v > 0 ? "1e9999" : "-1e9999");
  } else {
    snprintf(text, sizeof(text), "%a", v);
  }
  luaL_addstring(b, text);
}

static void add_literal(lua_State *L, luaL_Buffer *b, int arg, const char *spec) {
  size_t n;
  const char *s;
  if (spec[1] != '\0') {
    luaL_error(L, "specifier '%%q' cannot have modifiers");
  }
  switch (lua_type(L, arg)) {
  case LUA_TSTRING:
    s = lua_tolstring(L, arg, &n);
    add_quoted(b, s, n);
    break;
  case LUA_TNUMBER:
    add_exact_number(L, b, arg);
    break;
  case LUA_TNIL:
  case LUA_TBOOLEAN:
    oms_lib_tostring(L, arg, NULL);
    luaL_addvalue(b);
    break;
  default:
    luaL_argerror(L, arg, "value has no literal form");
  }
}

/* One conversion with the argument 'arg'. */
static void add_conversion(lua_State *L, luaL_Buffer *b, int arg, char spec[SPEC_MAX],
                           char letter) {
  switch (letter) {
  case 'd':
  case 'i':
  case 'o':
  case 'u':
  case 'x':
  case 'X':
    add_integer(L, b, arg, spec, letter);
    break;
  case 'a':
  case 'A':
  case 'e':
  case 'E':
  case 'f':
  case 'F':
  case 'g':
  case 'G':
    add_float(L, b, arg, spec, letter);
    break;
  case 'c':
    add_char(L, b, arg, spec);
    break;
  case 's':
    add_text(L, b, arg, spec);
    break;
  case 'q':
    add_literal(L, b, arg, spec);
    break;
  case 'p':
    luaL_error(L, "format '%%p' is not available in scripts (addresses differ from run to run)");
    break;
  default:
    luaL_error(L, "invalid conversion '%s%c' to 'format'", spec, letter);
  }
}

static int lib_format(lua_State *L) {
  size_t n;
  const char *s = luaL_checklstring(L, 1, &n);
  const char *end = s + n;
  int top = lua_gettop(L);
  int arg = 1;
  luaL_Buffer b;
  luaL_buffinit(L, &b);
  while (s < end) {
    if (*s != '%') {
      const char *next = memchr(s, '%', (size_t)(end - s));
      next = next != NULL ? next : end;
      luaL_addlstring(&b, s, (size_t)(next - s));
      s = next;
    } else if (s[1] == '%') {
      luaL_addchar(&b, '%');
      s += 2;
    } else {
      char spec[SPEC_MAX];
      s = read_spec(L, s + 1, spec);
      if (++arg > top) {
        return luaL_argerror(L, arg, "no value");
      }
      add_conversion(L, &b, arg, spec, *s);
      s++;
    }
  }
  luaL_pushresult(&b);
  return 1;
}

void oms_lib_format(lua_State *L) {
  lua_pushcfunction(L, lib_format);
  lua_setfield(L, -2, "format");
}
