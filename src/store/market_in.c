/* market_in.c - reads market files block by block. A file is read as a whole: it may be cut or
 * removed by a host meanwhile, which a mapping would not survive. */
#include <errno.h>
#include <string.h>
#include <zstd.h>

#include "store/store_int.h"

int oms_market_in_init(oms_market_in_t *m, const char *db, const unsigned char id[OMS_ID_SIZE],
                       uint64_t seq, bool verify, oms_sha_t *sha, oms_error_t *err) {
  *m = (oms_market_in_t){.verify = verify, .sha = sha};
  memcpy(m->id, id, OMS_ID_SIZE);
  m->folder = oms_path_of(db, "market");
  m->zstd = ZSTD_createDCtx();
  if (m->folder == NULL || m->zstd == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  int rc = oms_path_numbers(m->folder, ".zst", &m->files, err);
  while (rc == OMS_OK && m->next_file + 1 < m->files.n &&
         *OMS_AT(&m->files, uint64_t, m->next_file + 1) <= seq) {
    m->next_file++;
  }
  return rc;
}

void oms_market_in_free(oms_market_in_t *m) {
  oms_free(m->folder);
  oms_free(m->path);
  oms_free(m->data);
  oms_array_free(&m->files);
  oms_pack_free(&m->raw);
  (void)ZSTD_freeDCtx(m->zstd);
  *m = (oms_market_in_t){.size = 0};
}

static int load(oms_market_in_t *m, oms_error_t *err) {
  oms_free(m->path);
  oms_free(m->data);
  m->data = NULL;
  m->size = m->at = 0;
  m->path = oms_path_at(m->folder, *OMS_AT(&m->files, uint64_t, m->next_file), ".zst");
  if (m->path == NULL) {
    return oms_error_set(err, OMS_ERR_NOMEM, "out of memory");
  }
  int rc = oms_path_read(m->path, &m->data, &m->size);
  return rc == OMS_OK ? rc
                      : oms_error_set(err, rc, "cannot read market data '%.300s': %s", m->path,
                                      rc == OMS_ERR_NOMEM ? "out of memory" : strerror(errno));
}

static int damaged(const oms_market_in_t *m, const char *what, oms_error_t *err) {
  return oms_error_set(err, OMS_ERR_DATA,
                       "market data '%.300s' is damaged at byte %zu: %s; restore the file from a "
                       "backup",
                       m->path, m->at, what);
}

/* Begins the next file. A last file whose head is not whole is a torn end. */
static int begin_file(oms_market_in_t *m, oms_error_t *err) {
  int rc = load(m, err);
  if (rc != OMS_OK) {
    return rc;
  }
  uint64_t first = *OMS_AT(&m->files, uint64_t, m->next_file);
  bool is_last = ++m->next_file == m->files.n;
  oms_market_head_t head;
  if (oms_market_head_read(m->data, m->size, &head) != OMS_OK || head.first_seq != first) {
    m->torn = is_last;
    m->size = 0;
    return is_last ? OMS_OK : damaged(m, "no head of a market file", err);
  }
  if (memcmp(head.id, m->id, OMS_ID_SIZE) != 0) {
    return damaged(m, "it belongs to another database", err);
  }
  if (m->verify && m->chained && memcmp(head.before, m->hash, OMS_HASH_SIZE) != 0) {
    return damaged(m, "it does not follow the file before it", err);
  }
  memcpy(m->hash, head.before, OMS_HASH_SIZE);
  m->chained = true;
  m->at = OMS_MARKET_HEAD;
  return OMS_OK;
}

/* The text of what is wrong with the block that begins here; NULL: it is good. */
static const char *unpack_block(oms_market_in_t *m, oms_block_head_t *h, int *rc) {
  const unsigned char *at = m->data + m->at;
  if (oms_block_head_read(at, m->size - m->at, h) != OMS_OK) {
    return "no whole block";
  }
  at += OMS_BLOCK_HEAD;
  if (m->verify) {
    unsigned char hash[OMS_HASH_SIZE];
    oms_block_hash(m->sha, m->hash, h, at, hash);
    if (memcmp(hash, h->hash, OMS_HASH_SIZE) != 0) {
      return "a block does not have the hash that stands in it";
    }
  }
  if (ZSTD_getFrameContentSize(at, h->packed) != h->raw) {
    return "a block is not as long as its head says";
  }
  m->raw.n = 0;
  if (!oms_pack_room(&m->raw, h->raw)) {
    *rc = OMS_ERR_NOMEM;
    return "out of memory";
  }
  size_t n = ZSTD_decompressDCtx(m->zstd, m->raw.data, h->raw, at, h->packed);
  return ZSTD_isError(n) == 0 && n == h->raw ? NULL : "a block cannot be unpacked";
}

int oms_market_in_next(oms_market_in_t *m, oms_block_head_t *h, oms_records_t *records,
                       oms_error_t *err) {
  while (m->at == m->size) {
    if (m->torn || m->next_file == m->files.n) {
      return 0;
    }
    int rc = begin_file(m, err);
    if (rc != OMS_OK) {
      return rc;
    }
  }
  int rc = OMS_ERR_DATA;
  const char *wrong = unpack_block(m, h, &rc);
  if (wrong != NULL && rc == OMS_ERR_DATA && m->next_file == m->files.n) {
    m->torn = true;
    m->size = m->at; /* what follows is never looked at */
    return 0;
  }
  if (wrong != NULL) {
    return rc == OMS_ERR_NOMEM ? oms_error_set(err, rc, "%s", wrong) : damaged(m, wrong, err);
  }
  memcpy(m->hash, h->hash, OMS_HASH_SIZE);
  m->at += OMS_BLOCK_HEAD + h->packed;
  *records = oms_records_of(m->raw.data, h->raw, h->n, true);
  return 1;
}
