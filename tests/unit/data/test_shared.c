/* test_shared.c - real files as they are published: rows, first and last time of each, read in
 * place. */
#include "data/data_help.h"

#include "base/check.h"
#include "data/loader.h"

#define FOLDER SOURCE_DIR "/../shared/data"

static const struct {
  const char *name;
  oms_csv_kind_t kind;
  size_t rows;
  const char *first, *last;
  /* clang-format off: a table */
} files[] = {
    {"6eh4_m1_cme_202401a.csv.gz",                  OMS_CSV_BARS,   13589,  "2024-01-01T23:01:00Z",
     "2024-01-15T23:59:00Z"                                                                                                      },
    {"aaa_m1_us_20140917.csv",                      OMS_CSV_BARS,   390,    "2014-09-17T13:30:00Z",        "2014-09-17T19:59:00Z"},
    {"aaa_trade_us_20140917.csv.gz",                OMS_CSV_TRADES, 7848,   "2014-09-17T13:30:01.291055Z",
     "2014-09-17T19:59:55.548727Z"                                                                                               },
    {"aapl_d1_2012_2014_splitadj.csv",              OMS_CSV_BARS,   754,    "2012-01-03",                  "2014-12-31"          },
    {"aapl_d1_2014_unadjusted.csv",                 OMS_CSV_BARS,   252,    "2014-01-02",                  "2014-12-31"          },
    {"abc_trade_20190201_06.csv.gz",                OMS_CSV_TRADES, 25761,  "2019-02-01T09:00:51Z",
     "2019-02-06T17:00:39Z"                                                                                                      },
    {"btcperp_m1_202201a.csv.gz",                   OMS_CSV_BARS,   14459,  "2021-12-31T23:01:00Z",
     "2022-01-10T23:59:00Z"                                                                                                      },
    {"btcusd_m1_coinbase_20180404_06.csv",          OMS_CSV_BARS,   3887,   "2018-04-04T00:00:00Z",
     "2018-04-06T23:59:00Z"                                                                                                      },
    {"btcusd_quote_m1_coinbase_20180404_05.csv.gz", OMS_CSV_QUOTES, 2873,   "2018-04-04T00:01:00Z",
     "2018-04-05T23:59:00Z"                                                                                                      },
    {"estx50_d1_2005_2006.csv",                     OMS_CSV_BARS,   512,    "2005-01-03",                  "2006-12-29"          },
    {"estx50fut_m1_200601.csv.gz",                  OMS_CSV_BARS,   16511,  "2006-01-02T08:01:00Z",
     "2006-01-31T21:00:00Z"                                                                                                      },
    {"estx50fut_trade_20150923.csv",                OMS_CSV_TRADES, 135,    "2015-09-23T20:57:42.146Z",
     "2015-09-23T21:00:00.238Z"                                                                                                  },
    {"etf_m1_us_20140917.csv",                      OMS_CSV_BARS,   390,    "2014-09-17T13:30:00Z",        "2014-09-17T19:59:00Z"},
    {"etf_trade_us_20140917.csv.gz",                OMS_CSV_TRADES, 16193,  "2014-09-17T13:30:00.531656Z",
     "2014-09-17T19:59:58.600287Z"                                                                                               },
    {"eurusd_h1_2017_2018.csv",                     OMS_CSV_BARS,   5000,   "2017-04-19T09:00:00Z",        "2018-02-07T15:00:00Z"},
    {"eurusd_h1_oanda_bid_2007_2018.csv.gz",        OMS_CSV_BARS,   74439,  "2007-01-01T21:00:00Z",
     "2018-12-31T21:00:00Z"                                                                                                      },
    {"eurusd_m1_oanda_ask_201405.csv.gz",           OMS_CSV_BARS,   15366,  "2014-05-01T00:00:00Z",
     "2014-05-15T23:59:00Z"                                                                                                      },
    {"eurusd_m1_oanda_bid_201405.csv.gz",           OMS_CSV_BARS,   15366,  "2014-05-01T00:00:00Z",
     "2014-05-15T23:59:00Z"                                                                                                      },
    {"eurusd_quote_oanda_20140505_07.csv.gz",       OMS_CSV_QUOTES, 111408, "2014-05-05T00:00:23.668Z",
     "2014-05-07T23:59:42.008Z"                                                                                                  },
    {"gbpusd_m1_fxcm_ask_201202a.csv.gz",           OMS_CSV_BARS,   15776,  "2012-02-01T00:00:00Z",
     "2012-02-15T23:59:00Z"                                                                                                      },
    {"gbpusd_m1_fxcm_bid_201202a.csv.gz",           OMS_CSV_BARS,   15776,  "2012-02-01T00:00:00Z",
     "2012-02-15T23:59:00Z"                                                                                                      },
    {"goog_d1_2004_2013.csv",                       OMS_CSV_BARS,   2148,   "2004-08-19",                  "2013-03-01"          },
    {"orcl_d1_1995_2014.csv",                       OMS_CSV_BARS,   5036,   "1995-01-03",                  "2014-12-31"          },
    {"sp500_d1_2000_2020.csv",                      OMS_CSV_BARS,   5105,   "2000-01-03",                  "2020-04-17"          },
    {"usdjpy_quote_truefx_20130101.csv",            OMS_CSV_QUOTES, 1000,   "2013-01-01T22:00:00.295Z",
     "2013-01-01T22:35:13.494Z"                                                                                                  },
    {"xxx_m1_nyse_20180102.csv",                    OMS_CSV_BARS,   389,    "2018-01-02T14:30:00Z",        "2018-01-02T20:59:00Z"},
    {"xxx_quote_nyse_20180102.csv.gz",              OMS_CSV_QUOTES, 24477,  "2018-01-02T14:30:00.115000Z",
     "2018-01-02T20:59:59.980000Z"                                                                                               },
    {"xxx_quote_raw_20180102.csv.gz",               OMS_CSV_QUOTES, 66695,  "2018-01-02T09:04:13.125000Z",
     "2018-01-03T01:00:00.049000Z"                                                                                               },
    {"xxx_trade_nyse_20180102.csv.gz",              OMS_CSV_TRADES, 3691,   "2018-01-02T14:30:00.125000Z",
     "2018-01-02T20:59:59.710000Z"                                                                                               },
    {"xxx_trade_raw_20180102.csv.gz",               OMS_CSV_TRADES, 39470,  "2018-01-02T10:01:21.479000Z",
     "2018-01-03T00:58:30.170000Z"                                                                                               },
};
/* clang-format on */

static void read_file(const char *path, size_t i) {
  const oms_loader_config_t config = {
      .kind = files[i].kind, .zone = OMS_ZONE_UTC, .paths = &path, .path_n = 1};
  oms_loader_t *l;
  oms_error_t err = {0};
  const oms_block_t *block;
  size_t n = 0, size = files[i].kind == OMS_CSV_BARS     ? sizeof(oms_bar_row_t)
                       : files[i].kind == OMS_CSV_QUOTES ? sizeof(oms_quote_row_t)
                                                         : sizeof(oms_trade_row_t);
  oms_time_t first = 0, last = 0;
  if (oms_loader_open(&config, &l, &err) != OMS_OK) {
    fail_msg("%s", err.message);
  }
  for (;;) {
    if (oms_loader_next(l, &block, &err) != OMS_OK) {
      fail_msg("%s", err.message);
    }
    if (block == NULL) {
      break;
    }
    const unsigned char *rows = block->rows;
    if (n == 0) {
      memcpy(&first, rows, sizeof first);
    }
    memcpy(&last, rows + (block->n - 1) * size, sizeof last);
    n += block->n;
  }
  oms_loader_close(l);
  assert_int_equal(n, files[i].rows);
  assert_int_equal(first, at(files[i].first));
  assert_int_equal(last, at(files[i].last));
}

static void test_real_files(void **state) {
  (void)state;
  if (access(FOLDER, R_OK) != 0) {
    (void)printf("SKIPPED: ../shared is absent\n");
    skip();
  }
  for (size_t i = 0; i < OMS_COUNT(files); i++) {
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", FOLDER, files[i].name);
    read_file(path, i);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_real_files)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
