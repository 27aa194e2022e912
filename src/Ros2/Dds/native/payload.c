// The type of our topics in Cyclone's terms: samples are bytes that were serialised elsewhere. Publishing serialises straight into
// the sample that goes on the wire; a received one is put together from its fragments once, and read where it lies.
#include "alster_dds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Cyclone renamed the receive buffers after 0.10.
#if __has_include(<dds/ddsi/ddsi_radmin.h>)
#include <dds/ddsi/ddsi_radmin.h>
typedef struct ddsi_rdata fragment;
#define FRAGMENT_BYTES(f) DDSI_RMSG_PAYLOADOFF((f)->rmsg, DDSI_RDATA_PAYLOAD_OFF(f))
#else
#include <dds/ddsi/q_radmin.h>
typedef struct nn_rdata fragment;
#define FRAGMENT_BYTES(f) NN_RMSG_PAYLOADOFF((f)->rmsg, NN_RDATA_PAYLOAD_OFF(f))
#endif

enum { CDR_HEADER = 4, ALIGNMENT = 16 };

payload *payload_new(const struct ddsi_sertype *type, enum ddsi_serdata_kind kind, size_t size)
{
    if (size < CDR_HEADER || size > UINT32_MAX - 64) return NULL; // RTPS counts in 32 bits
    const size_t padded = (size + 3) & ~(size_t)3;
    const size_t start = ((sizeof(payload) + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1)) + ALIGNMENT - CDR_HEADER;
    payload *sample = malloc(start + padded);
    if (sample == NULL) return NULL;
    memset(sample, 0, sizeof(*sample));
    ddsi_serdata_init(&sample->base, type, kind);
    sample->bytes = (uint8_t *)sample + start;
    sample->size = sample->capacity = (uint32_t)padded;
    memset(sample->bytes + size, 0, padded - size);
    return sample;
}

static payload *payload_without_message(const struct ddsi_sertype *type, enum ddsi_serdata_kind kind)
{
    payload *sample = payload_new(type, kind, CDR_HEADER);
    if (sample != NULL) memcpy(sample->bytes, "\0\1\0\0", CDR_HEADER); // CDR, little endian
    return sample;
}

static uint32_t get_size(const struct ddsi_serdata *data) { return ((const payload *)data)->size; }

static void release(struct ddsi_serdata *data) { free(data); }

static bool equal_keys(const struct ddsi_serdata *a, const struct ddsi_serdata *b)
{
    (void)a;
    (void)b;
    return true; // no topic has a key: all samples are of one instance
}

static struct ddsi_serdata *from_fragments(const struct ddsi_sertype *type, enum ddsi_serdata_kind kind, const fragment *part, size_t size)
{
    payload *sample = payload_new(type, kind, size);
    if (sample == NULL) return NULL;
    uint32_t filled = 0;
    for (; part != NULL; part = part->nextfrag) {
        if (part->maxp1 <= filled) continue; // a repeated fragment
        if (part->min > filled || part->maxp1 > size) { // a gap, or more than was announced
            free(sample);
            return NULL;
        }
        memcpy(sample->bytes + filled, FRAGMENT_BYTES(part) + (filled - part->min), part->maxp1 - filled);
        filled = part->maxp1;
    }
    if (filled == size) return &sample->base;
    free(sample);
    return NULL;
}

static struct ddsi_serdata *from_pieces(
    const struct ddsi_sertype *type, enum ddsi_serdata_kind kind, ddsrt_msg_iovlen_t count, const ddsrt_iovec_t *pieces, size_t size)
{
    payload *sample = payload_new(type, kind, size);
    if (sample == NULL) return NULL;
    size_t filled = 0;
    for (ddsrt_msg_iovlen_t i = 0; i < count && filled < size; i++) {
        const size_t length = pieces[i].iov_len < size - filled ? pieces[i].iov_len : size - filled;
        memcpy(sample->bytes + filled, pieces[i].iov_base, length);
        filled += length;
    }
    if (filled == size) return &sample->base;
    free(sample);
    return NULL;
}

static struct ddsi_serdata *from_key_hash(const struct ddsi_sertype *type, const struct ddsi_keyhash *hash)
{
    (void)hash;
    payload *sample = payload_without_message(type, SDK_KEY);
    return sample == NULL ? NULL : &sample->base;
}

static struct ddsi_serdata *from_sample(const struct ddsi_sertype *type, enum ddsi_serdata_kind kind, const void *value)
{
    (void)value; // only dispose and unregister come here, and they carry a key that is empty
    payload *sample = payload_without_message(type, kind);
    return sample == NULL ? NULL : &sample->base;
}

static void copy_out(const struct ddsi_serdata *data, size_t offset, size_t size, void *buffer)
{
    memcpy(buffer, ((const payload *)data)->bytes + offset, size);
}

static struct ddsi_serdata *lend(const struct ddsi_serdata *data, size_t offset, size_t size, ddsrt_iovec_t *piece)
{
    piece->iov_base = ((const payload *)data)->bytes + offset;
    piece->iov_len = (ddsrt_iov_len_t)size;
    return ddsi_serdata_ref(data);
}

static void take_back(struct ddsi_serdata *data, const ddsrt_iovec_t *piece)
{
    (void)piece;
    ddsi_serdata_unref(data);
}

static bool to_sample(const struct ddsi_serdata *data, void *value, void **buffer, void *end)
{
    (void)data;
    (void)value;
    (void)buffer;
    (void)end;
    return false; // samples leave by dds_takecdr alone
}

static struct ddsi_serdata *to_untyped(const struct ddsi_serdata *data)
{
    payload *sample = payload_without_message(data->type, SDK_KEY);
    if (sample == NULL) return NULL;
    sample->base.type = NULL;
    return &sample->base;
}

static bool untyped_to_sample(const struct ddsi_sertype *type, const struct ddsi_serdata *data, void *value, void **buffer, void *end)
{
    (void)type;
    (void)data;
    (void)value;
    (void)buffer;
    (void)end;
    return true;
}

static size_t print(const struct ddsi_sertype *type, const struct ddsi_serdata *data, char *text, size_t size)
{
    (void)type;
    const int length = snprintf(text, size, "%u bytes", ((const payload *)data)->size);
    return length < 0 ? 0 : (size_t)length;
}

static void get_key_hash(const struct ddsi_serdata *data, struct ddsi_keyhash *hash, bool md5)
{
    (void)data;
    (void)md5;
    memset(hash, 0, sizeof(*hash));
}

static const struct ddsi_serdata_ops payload_operations = {
    .eqkey = equal_keys,
    .get_size = get_size,
    .from_ser = from_fragments,
    .from_ser_iov = from_pieces,
    .from_keyhash = from_key_hash,
    .from_sample = from_sample,
    .to_ser = copy_out,
    .to_ser_ref = lend,
    .to_ser_unref = take_back,
    .to_sample = to_sample,
    .to_untyped = to_untyped,
    .untyped_to_sample = untyped_to_sample,
    .free = release,
    .print = print,
    .get_keyhash = get_key_hash,
};

static void type_free(struct ddsi_sertype *type)
{
    ddsi_sertype_fini(type);
    free(type);
}

static void type_zero_samples(const struct ddsi_sertype *type, void *samples, size_t count)
{
    (void)type;
    (void)samples;
    (void)count;
}

static void type_realloc_samples(void **samples, const struct ddsi_sertype *type, void *old, size_t old_count, size_t count)
{
    (void)type;
    (void)old;
    (void)old_count;
    for (size_t i = 0; i < count; i++) samples[i] = NULL;
}

static void type_free_samples(const struct ddsi_sertype *type, void **samples, size_t count, dds_free_op_t operation)
{
    (void)type;
    (void)samples;
    (void)count;
    (void)operation;
}

static bool type_equal(const struct ddsi_sertype *a, const struct ddsi_sertype *b)
{
    (void)a;
    (void)b;
    return true; // Cyclone has compared the names
}

static uint32_t type_hash(const struct ddsi_sertype *type)
{
    (void)type;
    return 0;
}

static const struct ddsi_sertype_ops type_operations = {
    .version = ddsi_sertype_v0,
    .free = type_free,
    .zero_samples = type_zero_samples,
    .realloc_samples = type_realloc_samples,
    .free_samples = type_free_samples,
    .equal = type_equal,
    .hash = type_hash,
};

struct ddsi_sertype *payload_type_new(const char *type_name)
{
    struct ddsi_sertype *type = calloc(1, sizeof(*type));
    if (type == NULL) return NULL;
    ddsi_sertype_init_flags(type, type_name, &type_operations, &payload_operations, DDSI_SERTYPE_FLAG_TOPICKIND_NO_KEY);
    type->allowed_data_representation = DDS_DATA_REPRESENTATION_FLAG_XCDR1;
    return type;
}
