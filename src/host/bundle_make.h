/* bundle_make.h - what a run leaves, and the bundle that says how it was made. */
#ifndef OMS_HOST_BUNDLE_MAKE_H
#define OMS_HOST_BUNDLE_MAKE_H

#include "host/bundle.h"
#include "host/host.h"

/* Opens what the options ask for: a folder, a bundle, digests. OMS_ERR_IO, OMS_ERR_NOMEM. */
int oms_host_open_results(oms_host_t *h, oms_error_t *err);
/* Writes all of it and puts the digests into the result; 'loop' is how the run ended. OMS_ERR_IO,
 * OMS_ERR_NOMEM. */
int oms_host_write_results(oms_host_t *h, int loop, oms_run_result_t *result, oms_error_t *err);
/* The value of a summary field as a bundle holds it; false for what the clock measured. */
bool oms_bundle_value(const oms_summary_field_t *f, char out[OMS_SUMMARY_TEXT]);

#endif
