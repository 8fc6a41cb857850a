/* budget.c - the end of run-away scripts.
 * One periodic timer on the CPU clock of the cells' thread counts ticks; a call in progress has a
 * deadline in ticks. When it has passed, the signal handler puts a hook of count 1 on every state
 * that runs inside that call. A call costs a few plain stores: nothing is armed per call and no
 * hook runs before the end. Leaves out memory (state.c) and loops in C (they call oms_bind_charge).
 * Invariants:
 *   B1  The deadline of the outermost call counts whatever runs inside it, other cells included.
 *   B2  A kill holds until the killed call has returned: pcall in a loop cannot swallow it.
 *   B3  The handler touches this thread's chain only, and the chain is changed by single pointer
 *       stores.
 *   B4  In a process that was forked while cells were open the first new cell starts a clock of its
 *       own; cells from before the fork have none there. */

/* For SIGEV_THREAD_ID and syscall: the timer has to signal one thread, the one of the loop. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/check.h"
#include "bind/bind.h"

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

#define TICK_NS     INT64_C(4000000)
#define STRICT_STEP 1000

/* A kernel of 100 Hz looks at the clock every 10 ms and so misses two. Where more are missed at
 * once it was the machine that stood still, as virtual ones do: the clock runs on meanwhile, and no
 * script has run. */
#define MISSED_MOST 2

_Thread_local oms_budget_t oms_budget;
static _Thread_local timer_t timer;
static _Thread_local pid_t timer_of; /* the process that made it: a fork does not take it along */
static _Thread_local long cells;

static void hook(lua_State *L, lua_Debug *ar);

/* Ends 'frame' and what runs inside it. Called in the signal handler too. */
static void kill_frame(oms_frame_t *frame) {
  for (oms_frame_t *f = oms_budget.top; f != NULL; f = f->prev) {
    f->killed = 1;
    if (f == frame) {
      break;
    }
  }
  for (oms_running_t *r = oms_budget.running; r != NULL; r = r->prev) {
    lua_sethook(r->L, hook, LUA_MASKCOUNT, 1);
    if (r == &frame->node) {
      break;
    }
  }
}

bool oms_cell_interrupt(void) {
  oms_frame_t *outermost = oms_budget.top;
  while (outermost != NULL && outermost->prev != NULL) {
    outermost = outermost->prev;
  }
  if (outermost == NULL) {
    return false;
  }
  outermost->deadline = 0; /* each tick arms again: a coroutine may be entered just now */
  kill_frame(outermost);
  return true;
}

/* Arms again at every tick of a killed call: a coroutine may have been entered just now. */
static void on_tick(int signal_number, siginfo_t *info, void *context) {
  (void)signal_number;
  (void)context;
  uint64_t missed =
      info->si_code == SI_TIMER && info->si_overrun > 0 ? (uint64_t)info->si_overrun : 0;
  oms_budget.ticks = oms_budget.ticks + 1 + (missed < MISSED_MOST ? missed : MISSED_MOST);
  oms_frame_t *spent = NULL;
  for (oms_frame_t *f = oms_budget.top; f != NULL; f = f->prev) {
    if (oms_budget.ticks >= f->deadline) {
      f->expired = 1;
      spent = f;
    }
  }
  if (spent != NULL) {
    kill_frame(spent);
  }
}

static int start_timer(void) {
  struct sigaction action = {.sa_sigaction = on_tick, .sa_flags = SA_SIGINFO | SA_RESTART};
  sigemptyset(&action.sa_mask);
  struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGRTMIN + 3};
  event.sigev_notify_thread_id = (pid_t)syscall(SYS_gettid);
  struct itimerspec period = {
      {0, TICK_NS},
      {0, TICK_NS}
  };
  if (sigaction(SIGRTMIN + 3, &action, NULL) != 0 ||
      timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer) != 0) {
    return OMS_ERR_IO;
  }
  if (timer_settime(timer, 0, &period, NULL) != 0) {
    timer_delete(timer);
    return OMS_ERR_IO;
  }
  timer_of = getpid();
  return OMS_OK;
}

int oms_budget_open(void) {
  if (cells == 0 || timer_of != getpid()) {
    int rc = start_timer();
    if (rc != OMS_OK) {
      return rc;
    }
  }
  cells++;
  return OMS_OK;
}

void oms_budget_close(void) {
  OMS_CHECK(cells > 0);
  if (--cells == 0 && timer_of == getpid()) {
    timer_delete(timer);
  }
}

uint64_t oms_budget_ticks(int64_t ns) {
  return (uint64_t)((ns + TICK_NS - 1) / TICK_NS);
}

int64_t oms_budget_limit(const oms_frame_t *frame) {
  const oms_cell_t *cell = frame->cell;
  bool strict = cell->strict > 0;
  int64_t own = frame->call->budget_ns > 0 ? frame->call->budget_ns : cell->budget_ns;
  own = strict ? cell->strict : own;
  if (frame->prev == NULL || (frame->prev->cell->strict > 0) != strict) {
    return own;
  }
  int64_t quarter = oms_budget_limit(frame->prev) / 4;
  return own < quarter ? own : quarter;
}

void oms_cell_next_budget(int64_t ns) {
  oms_budget.next_ns = ns;
}

void oms_budget_charge(lua_State *L, int64_t n) {
  (void)L;
  oms_frame_t *spent = NULL;
  for (oms_frame_t *f = oms_budget.top; f != NULL; f = f->prev) {
    f->steps -= n;
    if (f->cell->strict > 0 && f->steps < 0) {
      f->expired = 1;
      spent = f;
    }
  }
  if (spent != NULL) {
    kill_frame(spent);
  }
}

/* Runs after one instruction of a killed call, or each strict step. A hook left on a coroutine of a
 * call that is over takes itself off. */
static void hook(lua_State *L, lua_Debug *ar) {
  (void)ar;
  oms_cell_t *cell = oms_bind_cell(L);
  oms_bind_poll(L);
  if (oms_budget_armed(L)) {
    oms_budget_disarm(cell, L);
    return;
  }
  if (cell->strict > 0) {
    oms_budget_charge(L, cell->strict_step);
    oms_bind_poll(L);
  }
}

void oms_budget_arm_strict(oms_cell_t *cell, lua_State *L) {
  if (cell->strict > 0) {
    int64_t step = cell->strict < STRICT_STEP ? cell->strict : STRICT_STEP;
    cell->strict_step = step < 2 ? 2 : (int)step; /* 1 is the mark of a kill */
    lua_sethook(L, hook, LUA_MASKCOUNT, cell->strict_step);
  }
}

void oms_budget_disarm(oms_cell_t *cell, lua_State *L) {
  lua_sethook(L, NULL, 0, 0);
  oms_budget_arm_strict(cell, L);
}

bool oms_budget_armed(lua_State *L) {
  return lua_gethook(L) == hook && lua_gethookcount(L) == 1;
}
