/* cli_setup.h - the options of which a session of one strategy is made: those of backtest, which
 * sweep has, too. */
#ifndef OMS_CLI_CLI_SETUP_H
#define OMS_CLI_CLI_SETUP_H

#include "cli/cli.h"

typedef struct oms_cli_setup {
  oms_cli_common_t common; /* first: its options have offsets of their own */
  const char *command;     /* for messages; set by the command */
  oms_array_t data, sets, venue, rules, limits;
  const char *cash, *from, *to, *timeframe, *build, *tz, *fill, *bar_path, *commission,
      *asset_class, *account_type, *multiplier, *seed, *adjust;
} oms_cli_setup_t;

#define OMS_SETUP_TEXT(option, value, member, help)                                                \
  { option, value, OMS_OPTION_TEXT, offsetof(oms_cli_setup_t, member), help }
#define OMS_SETUP_LIST(option, value, member, help)                                                \
  { option, value, OMS_OPTION_LIST, offsetof(oms_cli_setup_t, member), help }
#define OMS_SETUP_SETTINGS(option, value, member, help)                                            \
  { option, value, OMS_OPTION_SETTINGS, offsetof(oms_cli_setup_t, member), help }

/* Rows of a command whose values begin with an oms_cli_setup_t. */
#define OMS_CLI_SETUP_OPTIONS                                                                      \
  OMS_SETUP_LIST(                                                                                  \
      "--data", "SYMBOL=FILE[,FILE...]", data,                                                     \
      "bars, quotes, trades, order flow, actions of a symbol: CSV, plain, .gz or one-file .zip; "  \
      "also SYMBOL=FOLDER, SYMBOL='PATTERN', and a folder or pattern alone: a file a symbol"),     \
      OMS_SETUP_SETTINGS("--set", "NAME=VALUE", sets, "a parameter of the strategy"),              \
      OMS_SETUP_TEXT("--cash", "N", cash, "what the account starts with (100000)"),                \
      OMS_SETUP_TEXT("--from", "TIME", from, "first date or time; earlier bars warm up"),          \
      OMS_SETUP_TEXT("--to", "TIME", to, "last date or time"),                                     \
      OMS_SETUP_TEXT("--timeframe", "1d", timeframe,                                               \
                     "of all data; read off the data where it is not given"),                      \
      OMS_SETUP_TEXT("--build", "5m,1d", build,                                                    \
                     "coarser bars to be built of the data's bars or trades"),                     \
      OMS_SETUP_TEXT("--tz", "ZONE", tz, "zone of times that have none (UTC)"),                    \
      OMS_SETUP_TEXT("--fill", "next_open|this_close", fill,                                       \
                     "where market orders fill (next_open)"),                                      \
      OMS_SETUP_TEXT("--bar-path", "P", bar_path,                                                  \
                     "inside a bar: worst, adaptive, ohlc, olhc (worst)"),                         \
      OMS_SETUP_SETTINGS(                                                                          \
          "--venue", "NAME=VALUE", venue,                                                          \
          "a setting of the simulated venue: latency_ms=100, slippage=percent:0.01"),              \
      OMS_SETUP_TEXT(                                                                              \
          "--commission", "NAME:N,...", commission,                                                \
          "per_share:0.005,min:1; also per_contract, percent, per_order, max, regulatory:true"),   \
      OMS_SETUP_TEXT("--asset-class", "CLASS", asset_class,                                        \
                     "of all symbols, us_equity has sessions (none)"),                             \
      OMS_SETUP_LIST("--rule", "FILE[,NAME=VALUE...]", rules, "a risk rule with its parameters"),  \
      OMS_SETUP_SETTINGS(                                                                          \
          "--limit", "NAME=VALUE", limits,                                                         \
          "a hard limit of the order core: max_order_qty=1000, restricted=GME,AMC"),               \
      OMS_SETUP_TEXT("--account-type", "cash|margin", account_type, "(margin)"),                   \
      OMS_SETUP_TEXT("--multiplier", "N", multiplier,                                              \
                     "equity x N of buying power (margin 2, cash 1)"),                             \
      OMS_SETUP_TEXT("--seed", "N", seed, "of order ids and oms.random"),                          \
      OMS_SETUP_TEXT("--adjust", "splits|all|none", adjust,                                        \
                     "earlier prices for scripts after a split, a dividend too (splits)")

/* Fills a fresh config (oms_session_config_init) with what the options say; 'strategy' and the
 * texts of 'v' are borrowed as long as it lives. The caller frees the config, also after a failure.
 * OMS_ERR_USAGE, OMS_ERR_NOMEM. */
int oms_cli_setup_build(const oms_cli_setup_t *v, const char *strategy, oms_session_config_t *c,
                        oms_error_t *err);

#endif
