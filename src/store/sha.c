/* sha.c - SHA-256 by OpenSSL, the method fetched once: a fetch a call costs as much as the hash of
 * a short record. */
#include <string.h>

#include "store/store_int.h"

int oms_sha_init(oms_sha_t *h) {
  h->md = EVP_MD_fetch(NULL, "SHA256", NULL);
  h->ctx = EVP_MD_CTX_new();
  if (h->md == NULL || h->ctx == NULL) {
    oms_sha_free(h);
    return OMS_ERR_NOMEM;
  }
  return OMS_OK;
}

void oms_sha_free(oms_sha_t *h) {
  EVP_MD_CTX_free(h->ctx);
  EVP_MD_free(h->md);
  *h = (oms_sha_t){NULL, NULL};
}

void oms_sha_begin(oms_sha_t *h) {
  (void)EVP_DigestInit_ex2(h->ctx, h->md, NULL);
}

void oms_sha_add(oms_sha_t *h, const void *data, size_t n) {
  (void)EVP_DigestUpdate(h->ctx, data, n);
}

void oms_sha_end(oms_sha_t *h, unsigned char out[OMS_HASH_SIZE]) {
  unsigned n = 0;
  if (EVP_DigestFinal_ex(h->ctx, out, &n) != 1 || n != OMS_HASH_SIZE) {
    memset(out, 0, OMS_HASH_SIZE);
  }
}

void oms_sha_hex(const unsigned char hash[OMS_HASH_SIZE], char out[65]) {
  static const char digits[] = "0123456789abcdef";
  for (size_t i = 0; i < OMS_HASH_SIZE; i++) {
    out[2 * i] = digits[hash[i] >> 4];
    out[2 * i + 1] = digits[hash[i] & 15];
  }
  out[64] = '\0';
}

static int digit_of(char c) {
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int oms_sha_of_hex(const char *hex, unsigned char out[OMS_HASH_SIZE]) {
  for (size_t i = 0; i < OMS_HASH_SIZE; i++) {
    int high = digit_of(hex[2 * i]);
    int low = high < 0 ? -1 : digit_of(hex[2 * i + 1]);
    if (low < 0) {
      return OMS_ERR_PARSE;
    }
    out[i] = (unsigned char)(high << 4 | low);
  }
  return hex[64] == '\0' ? OMS_OK : OMS_ERR_PARSE;
}

static void put_le64(unsigned char *to, uint64_t v) {
  for (int i = 0; i < 8; i++) {
    to[i] = (unsigned char)(v >> (8 * i));
  }
}

void oms_sha_batch(oms_sha_t *h, const unsigned char before[OMS_HASH_SIZE], uint64_t first_seq,
                   uint64_t n, const void *data, size_t size, unsigned char out[OMS_HASH_SIZE]) {
  unsigned char head[OMS_HASH_SIZE + 16];
  memcpy(head, before, OMS_HASH_SIZE);
  put_le64(head + OMS_HASH_SIZE, first_seq);
  put_le64(head + OMS_HASH_SIZE + 8, n);
  oms_sha_begin(h);
  oms_sha_add(h, head, sizeof head);
  oms_sha_add(h, data, size);
  oms_sha_end(h, out);
}
