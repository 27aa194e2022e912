// What the files of this library share. Its callers are in ../Native.cs, one to one.
//
// Every exported function returns a status: 0 or a count or a handle when it worked, a negative dds_return_t otherwise; then
// alster_dds_error() says in words what failed, on the calling thread, until its next call. Entities travel as intptr_t, so that a SafeHandle can hold them.
#ifndef ALSTER_DDS_H
#define ALSTER_DDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <dds/dds.h>
#include <dds/version.h>
#include <dds/ddsi/ddsi_sertype.h>
#include <dds/ddsi/ddsi_serdata.h>

#define EXPORT __attribute__((visibility("default")))

// A sample as it travels: the 4-byte CDR header and the message, padded to a multiple of 4.
typedef struct payload {
    struct ddsi_serdata base;
    uint32_t size;     // bytes in use, header included
    uint32_t capacity; // bytes there are
    uint8_t *bytes;    // behind this struct; the message itself (after the header) is aligned to 16 bytes
} payload;

// The type of every topic here: a name and bytes. Owned by the topic it is made for.
struct ddsi_sertype *payload_type_new(const char *type_name);
payload *payload_new(const struct ddsi_sertype *type, enum ddsi_serdata_kind kind, size_t size);

// Forgets what was said before on this thread; then fail() words the next failure with what Cyclone logged since.
void begin_call(void);
int32_t fail(dds_return_t status, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
