/* check.h - assertions that stay on in release builds: for programmer errors only, never for
 * input. */
#ifndef OMS_BASE_CHECK_H
#define OMS_BASE_CHECK_H

/* Prints the condition with its place to stderr and aborts. */
_Noreturn void oms_check_failed(const char *condition, const char *file, int line);

#define OMS_CHECK(condition)                                                                       \
  ((condition) ? (void)0 : oms_check_failed(#condition, __FILE__, __LINE__))

#define OMS_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define OMS_LIKELY(x)    __builtin_expect(!!(x), 1)
#define OMS_UNLIKELY(x)  __builtin_expect(!!(x), 0)
/* What happens seldom, kept out of the function that calls it, which saves no registers then. */
#define OMS_SELDOM   __attribute__((noinline, cold))
#define OMS_NOINLINE __attribute__((noinline))
/* What runs once a bar: the compiler takes its callees in and lays it out for speed. */
#define OMS_HOT __attribute__((hot))

#endif
