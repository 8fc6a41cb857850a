/* auth.c - who may ask: the key and its secret, how often in a minute, and whether a browser was
 * led here by somebody else. Nothing of a secret is kept. */
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "api/api_core.h"
#include "base/alloc.h"

enum { RATE_DEFAULT = 1000000, KEY_MAX = 32, SECRET_MAX = 256 };

static bool digest_of(oms_api_t *api, const oms_key_record_t *key, const char *secret,
                      unsigned char out[32]) {
  unsigned n = 0;
  return EVP_DigestInit_ex2(api->digest, api->sha256, NULL) == 1 &&
         EVP_DigestUpdate(api->digest, key->salt, sizeof key->salt) == 1 &&
         EVP_DigestUpdate(api->digest, secret, strlen(secret)) == 1 &&
         EVP_DigestFinal_ex(api->digest, out, &n) == 1 && n == 32;
}

const oms_key_record_t *oms_auth_check(oms_api_t *api, const char *key, const char *secret) {
  static const oms_key_record_t nobody;
  unsigned char digest[32];
  if (key == NULL || secret == NULL || strlen(key) > KEY_MAX || strlen(secret) > SECRET_MAX) {
    return NULL;
  }
  const oms_key_record_t *record = api->live.key(api->live.self, key);
  const oms_key_record_t *against = record != NULL ? record : &nobody;
  bool same = digest_of(api, against, secret, digest) &&
              CRYPTO_memcmp(digest, against->digest, sizeof digest) == 0;
  OPENSSL_cleanse(digest, sizeof digest);
  return record != NULL && same && record->revoked == OMS_NO_TIME ? record : NULL;
}

/* Rates. */

static oms_rate_t *rate_of(oms_api_t *api, const char *key) {
  for (size_t i = 0; i < api->rate_n; i++) {
    if (strcmp(api->rates[i].key, key) == 0) {
      return &api->rates[i];
    }
  }
  if (api->rate_n == api->rate_cap) {
    size_t cap = api->rate_cap == 0 ? 16 : api->rate_cap * 2;
    oms_rate_t *more = oms_realloc(api->rates, cap * sizeof *more);
    if (more == NULL) {
      return NULL;
    }
    api->rates = more;
    api->rate_cap = cap;
  }
  oms_rate_t *r = &api->rates[api->rate_n++];
  *r = (oms_rate_t){.at = INT64_MIN};
  snprintf(r->key, sizeof r->key, "%s", key);
  return r;
}

static int64_t limit_of(const oms_api_t *api) {
  return api->options.rate > 0 ? api->options.rate : RATE_DEFAULT;
}

/* 'limit' a minute, as a whole minute's at most. */
static void refill(oms_rate_t *r, int64_t limit, int64_t now) {
  oms_int128_t full = (oms_int128_t)limit * OMS_NS_PER_SECOND;
  oms_int128_t tokens = r->at == INT64_MIN ? full : r->tokens;
  if (r->at != INT64_MIN && now > r->at) {
    tokens += (oms_int128_t)(now - r->at) * limit / 60;
  }
  r->tokens = (int64_t)(tokens > full ? full : tokens);
  r->at = now > r->at ? now : r->at;
}

/* Whole seconds until so many tokens (1e-9) have come. */
static int64_t seconds_for(oms_int128_t tokens, int64_t limit) {
  return tokens <= 0 ? 0
                     : (int64_t)oms_div_ceil(tokens * 60, (oms_int128_t)limit * OMS_NS_PER_SECOND);
}

static void show(const oms_rate_t *r, int64_t limit, oms_rate_view_t *view) {
  oms_int128_t missing = (oms_int128_t)limit * OMS_NS_PER_SECOND - r->tokens;
  *view = (oms_rate_view_t){.limit = limit,
                            .remaining = r->tokens / OMS_NS_PER_SECOND,
                            .reset = (int64_t)time(NULL) + seconds_for(missing, limit),
                            .retry_after = seconds_for(OMS_NS_PER_SECOND - r->tokens, limit)};
}

void oms_rate_look(oms_api_t *api, const char *key, int64_t now, oms_rate_view_t *view) {
  int64_t limit = limit_of(api);
  oms_rate_t none = {.tokens = 0}, *r = rate_of(api, key);
  if (r == NULL) {
    r = &none;
  } else {
    refill(r, limit, now);
  }
  show(r, limit, view);
}

void oms_rate_full(const oms_api_t *api, oms_rate_view_t *view) {
  int64_t limit = limit_of(api);
  *view = (oms_rate_view_t){.limit = limit, .remaining = limit, .reset = (int64_t)time(NULL)};
}

bool oms_rate_take(oms_api_t *api, const char *key, int64_t now, oms_rate_view_t *view) {
  int64_t limit = limit_of(api);
  oms_rate_t *r = rate_of(api, key);
  if (r == NULL) {
    return true; /* without memory nobody is counted */
  }
  refill(r, limit, now);
  if (r->tokens < OMS_NS_PER_SECOND) {
    show(r, limit, view);
    return false;
  }
  r->tokens -= OMS_NS_PER_SECOND;
  show(r, limit, view);
  return true;
}

/* Browsers. */

/* The host of "host:port" or "[v6]:port". */
static size_t host_length(const char *s) {
  if (s[0] == '[') {
    size_t n = strcspn(s, "]");
    return s[n] == ']' ? n + 1 : n;
  }
  return strcspn(s, ":");
}

/* An address, or the name of this machine itself: no other name can be made to point here. */
static bool is_own_name(const char *host) {
  size_t n = host_length(host);
  if (host[0] == '[' || (n == 9 && strncasecmp(host, "localhost", 9) == 0)) {
    return true;
  }
  return n > 0 && strspn(host, "0123456789.") == n;
}

const char *oms_auth_origin(const oms_api_t *api, const oms_http_request_t *r) {
  const char *host = oms_http_header(r, "host"), *origin = oms_http_header(r, "origin");
  if (api->loopback && host != NULL && !is_own_name(host)) {
    return "the Host header names another machine: use 127.0.0.1 or localhost";
  }
  bool looks = strcmp(r->method, "GET") == 0 || strcmp(r->method, "HEAD") == 0;
  if (origin == NULL || (looks && !r->upgrade)) {
    return NULL;
  }
  const char *at = strstr(origin, "://");
  if (host == NULL || at == NULL || strcasecmp(at + 3, host) != 0) {
    return "the Origin header names another place: pages from elsewhere may not use this API";
  }
  return NULL;
}
