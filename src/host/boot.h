/* boot.h - the words of a BOOT record's payload (boot.c). */
#ifndef OMS_HOST_BOOT_H
#define OMS_HOST_BOOT_H

#define OMS_BOOT_FORMAT 1
/* Flags of a stream. */
enum {
  OMS_BOOT_PUSHED = 1, /* its rows come from outside */
  OMS_BOOT_BUILT = 2,
  OMS_BOOT_VOLUME = 4 /* it has had a volume */
};

#endif
