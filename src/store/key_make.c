/* key_make.c - a new key: random id, secret and salt; see port/keys.h. */
#include <errno.h>
#include <string.h>
#include <sys/random.h>

#include "store/store_int.h"

static int fill(void *to, size_t n) {
  for (size_t done = 0; done < n;) {
    ssize_t step = getrandom((char *)to + done, n - done, 0);
    if (step < 0 && errno != EINTR) {
      return OMS_ERR_IO;
    }
    done += step > 0 ? (size_t)step : 0;
  }
  return OMS_OK;
}

/* 'n' characters of an alphabet, each as likely: bytes beyond its last whole multiple are drawn
 * again. */
static int letters(char *to, size_t n, const char *alphabet) {
  size_t size = strlen(alphabet), limit = 256 - 256 % size;
  for (size_t i = 0; i < n;) {
    unsigned char byte;
    if (fill(&byte, 1) != OMS_OK) {
      return OMS_ERR_IO;
    }
    if (byte < limit) {
      to[i++] = alphabet[byte % size];
    }
  }
  to[n] = '\0';
  return OMS_OK;
}

int oms_key_make(oms_key_record_t *key, const char *account, uint32_t scopes, const char *name,
                 oms_time_t now, char secret[OMS_KEY_SECRET + 1], oms_error_t *err) {
  static const char upper[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  *key = (oms_key_record_t){.scopes = scopes, .created = now, .revoked = OMS_NO_TIME};
  if (strlen(account) >= sizeof key->account || strlen(name) >= sizeof key->name) {
    return oms_error_set(err, OMS_ERR_RANGE, "the %s of a key is too long: at most %zu characters",
                         strlen(name) >= sizeof key->name ? "name" : "account",
                         strlen(name) >= sizeof key->name ? sizeof key->name - 1
                                                          : sizeof key->account - 1);
  }
  (void)strcpy(key->account, account);
  (void)strcpy(key->name, name);
  (void)strcpy(key->id, "MD");
  oms_sha_t sha;
  if (oms_sha_init(&sha) != OMS_OK) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  int rc = letters(key->id + 2, 18, upper);
  rc = rc == OMS_OK ? letters(secret, OMS_KEY_SECRET, all) : rc;
  rc = rc == OMS_OK ? fill(key->salt, sizeof key->salt) : rc;
  oms_sha_begin(&sha);
  oms_sha_add(&sha, key->salt, sizeof key->salt);
  oms_sha_add(&sha, secret, OMS_KEY_SECRET);
  oms_sha_end(&sha, key->digest);
  oms_sha_free(&sha);
  return rc == OMS_OK ? OMS_OK
                      : oms_error_set(err, rc, "the system gives no random bytes for a key");
}
