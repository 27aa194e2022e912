// Domains, participants, topics, readers, writers, and the waitset that waits for all of them.
#define _GNU_SOURCE // dladdr
#include "alster_dds.h"

#include <dlfcn.h>
#include <string.h>

// Layout as in Native.cs. Times in nanoseconds; 0 is "not set".
typedef struct alster_qos {
    int32_t reliable, transient_local;
    int32_t depth; // 0 keeps all
    int32_t ignore_own_participant;
    int64_t max_blocking, deadline, lifespan, lease;
    const void *user_data;
    uint64_t user_data_size;
} alster_qos;

// A received sample; valid until alster_dds_return.
typedef struct alster_sample {
    payload *sample;
    const uint8_t *bytes; // NULL: the sample only tells of a change of the writer's state
    uint64_t size;
    int64_t source_time;      // [ns since 1970] when it was published, by the publisher's clock
    uint64_t publication;     // the publisher's instance handle in this process
} alster_sample;

static dds_entity_t entity(intptr_t handle) { return (dds_entity_t)handle; }

// The file Cyclone itself was loaded from, NULL when unknown; its security plugins lie near it.
EXPORT const char *alster_dds_library(void)
{
    Dl_info info;
    return dladdr((void *)(intptr_t)dds_create_domain, &info) != 0 ? info.dli_fname : NULL;
}

EXPORT intptr_t alster_dds_create_domain(uint32_t id, const char *configuration)
{
    begin_call();
    const dds_entity_t domain = dds_create_domain(id, configuration);
    return domain < 0 ? fail(domain, "DDS domain %u cannot be created", id) : domain;
}

// properties: `count` pairs of name and value (DDS security).
EXPORT intptr_t alster_dds_create_participant(uint32_t domain, const void *user_data, uint64_t size, const char **properties, int32_t count)
{
    begin_call();
    dds_qos_t *qos = dds_create_qos();
    dds_qset_userdata(qos, user_data, (size_t)size);
    for (int32_t i = 0; i < count; i++) dds_qset_prop(qos, properties[2 * i], properties[2 * i + 1]);
    const dds_entity_t participant = dds_create_participant(domain, qos, NULL);
    dds_delete_qos(qos);
    return participant < 0 ? fail(participant, "a participant cannot join DDS domain %u", domain) : participant;
}

// `type` receives what alster_dds_loan wants; it lives as long as the topic.
EXPORT intptr_t alster_dds_create_topic(intptr_t participant, const char *name, const char *type_name, struct ddsi_sertype **type)
{
    begin_call();
    *type = payload_type_new(type_name);
    if (*type == NULL) return fail(DDS_RETCODE_OUT_OF_RESOURCES, "topic '%s' cannot be created", name);
    const dds_entity_t topic = dds_create_topic_sertype(entity(participant), name, type, NULL, NULL, NULL);
    if (topic >= 0) return topic;
    ddsi_sertype_unref(*type);
    return fail(topic, "topic '%s' of type '%s' cannot be created", name, type_name);
}

static dds_qos_t *create_qos(const alster_qos *wanted)
{
    const dds_history_kind_t history = wanted->depth > 0 ? DDS_HISTORY_KEEP_LAST : DDS_HISTORY_KEEP_ALL;
    const int32_t depth = wanted->depth > 0 ? wanted->depth : DDS_LENGTH_UNLIMITED;
    dds_qos_t *qos = dds_create_qos();
    dds_qset_writer_data_lifecycle(qos, false);
    dds_qset_history(qos, history, depth);
    dds_qset_reliability(qos, wanted->reliable ? DDS_RELIABILITY_RELIABLE : DDS_RELIABILITY_BEST_EFFORT, wanted->max_blocking);
    dds_qset_durability(qos, wanted->transient_local ? DDS_DURABILITY_TRANSIENT_LOCAL : DDS_DURABILITY_VOLATILE);
    if (wanted->transient_local) // the history a late joiner is given
        dds_qset_durability_service(qos, 0, history, depth, DDS_LENGTH_UNLIMITED, DDS_LENGTH_UNLIMITED, DDS_LENGTH_UNLIMITED);
    dds_qset_liveliness(qos, DDS_LIVELINESS_AUTOMATIC, wanted->lease > 0 ? wanted->lease : DDS_INFINITY);
    if (wanted->deadline > 0) dds_qset_deadline(qos, wanted->deadline);
    if (wanted->lifespan > 0) dds_qset_lifespan(qos, wanted->lifespan);
    if (wanted->ignore_own_participant) dds_qset_ignorelocal(qos, DDS_IGNORELOCAL_PARTICIPANT);
    if (wanted->user_data_size > 0) dds_qset_userdata(qos, wanted->user_data, (size_t)wanted->user_data_size);
    return qos;
}

EXPORT intptr_t alster_dds_create_writer(intptr_t participant, intptr_t topic, const alster_qos *wanted)
{
    begin_call();
    dds_qos_t *qos = create_qos(wanted);
    const dds_entity_t writer = dds_create_writer(entity(participant), entity(topic), qos, NULL);
    dds_delete_qos(qos);
    return writer < 0 ? fail(writer, "a writer cannot be created") : writer;
}

EXPORT intptr_t alster_dds_create_reader(intptr_t participant, intptr_t topic, const alster_qos *wanted)
{
    begin_call();
    dds_qos_t *qos = create_qos(wanted);
    const dds_entity_t reader = dds_create_reader(entity(participant), entity(topic), qos, NULL);
    dds_delete_qos(qos);
    return reader < 0 ? fail(reader, "a reader cannot be created") : reader;
}

EXPORT int32_t alster_dds_delete(intptr_t handle)
{
    begin_call();
    const dds_return_t status = dds_delete(entity(handle));
    return status < 0 ? fail(status, "an entity cannot be deleted") : 0;
}

// A sample of `size` bytes (CDR header included) to serialise into; goes to alster_dds_write or alster_dds_return.
EXPORT int32_t alster_dds_loan(const struct ddsi_sertype *type, uint64_t size, payload **sample, uint8_t **bytes)
{
    begin_call();
    *sample = payload_new(type, SDK_DATA, (size_t)size);
    if (*sample == NULL) return fail(DDS_RETCODE_OUT_OF_RESOURCES, "a sample of %llu bytes cannot be had", (unsigned long long)size);
    *bytes = (*sample)->bytes;
    return 0;
}

// Publishes without a copy. When it worked the sample is gone; DDS_RETCODE_TIMEOUT leaves it with the caller, who may try again.
EXPORT int32_t alster_dds_write(intptr_t writer, payload *sample)
{
    begin_call();
    ddsi_serdata_ref(&sample->base); // dds_writecdr takes a reference, also when it fails
    const dds_return_t status = dds_writecdr(entity(writer), &sample->base);
    if (status == DDS_RETCODE_TIMEOUT) return status;
    ddsi_serdata_unref(&sample->base);
    return status < 0 ? fail(status, "a sample of %u bytes cannot be published", sample->size) : 0;
}

// Takes up to `capacity` received samples; each is given back by alster_dds_return.
EXPORT int32_t alster_dds_take(intptr_t reader, alster_sample *samples, int32_t capacity)
{
    enum { MOST = 32 };
    struct ddsi_serdata *taken[MOST];
    dds_sample_info_t infos[MOST];
    begin_call();
    const dds_return_t count = dds_takecdr(entity(reader), taken, capacity < MOST ? (uint32_t)capacity : MOST, infos, DDS_ANY_STATE);
    if (count < 0) return fail(count, "samples cannot be taken");
    for (dds_return_t i = 0; i < count; i++) {
        payload *sample = (payload *)taken[i];
        samples[i] = (alster_sample){
            .sample = sample,
            .bytes = infos[i].valid_data ? sample->bytes : NULL,
            .size = infos[i].valid_data ? sample->size : 0,
            .source_time = infos[i].source_timestamp,
            .publication = infos[i].publication_handle,
        };
    }
    return count;
}

EXPORT void alster_dds_return(payload *sample) { ddsi_serdata_unref(&sample->base); }

EXPORT intptr_t alster_dds_create_waitset(intptr_t participant)
{
    begin_call();
    const dds_entity_t waitset = dds_create_waitset(entity(participant));
    return waitset < 0 ? fail(waitset, "a waitset cannot be created") : waitset;
}

// Takes the condition over. Deleting it detaches it.
static intptr_t attach(intptr_t waitset, dds_entity_t condition, int64_t id)
{
    if (condition < 0) return fail(condition, "a condition cannot be created");
    const dds_return_t status = dds_waitset_attach(entity(waitset), condition, (dds_attach_t)id);
    if (status >= 0) return condition;
    dds_delete(condition);
    return fail(status, "a condition cannot be attached to the waitset");
}

// A condition that is true while `reader` has samples.
EXPORT intptr_t alster_dds_attach_reader(intptr_t waitset, intptr_t reader, int64_t id)
{
    begin_call();
    return attach(waitset, dds_create_readcondition(entity(reader), DDS_ANY_STATE), id);
}

// A condition that alster_dds_set_guard makes true.
EXPORT intptr_t alster_dds_attach_guard(intptr_t waitset, intptr_t participant, int64_t id)
{
    begin_call();
    return attach(waitset, dds_create_guardcondition(entity(participant)), id);
}

EXPORT int32_t alster_dds_detach(intptr_t waitset, intptr_t condition)
{
    begin_call();
    const dds_return_t status = dds_waitset_detach(entity(waitset), entity(condition));
    return status < 0 ? fail(status, "a condition cannot be detached from the waitset") : 0;
}

EXPORT int32_t alster_dds_set_guard(intptr_t guard, int32_t value)
{
    begin_call();
    const dds_return_t status = dds_set_guardcondition(entity(guard), value != 0);
    return status < 0 ? fail(status, "a guard condition cannot be set") : 0;
}

// Waits for conditions; writes their ids. Returns how many are true, which may be more than were written.
EXPORT int32_t alster_dds_wait(intptr_t waitset, int64_t *ids, int32_t capacity, int64_t timeout)
{
    begin_call();
    const dds_return_t count = dds_waitset_wait(entity(waitset), (dds_attach_t *)ids, (size_t)capacity, timeout);
    return count < 0 ? fail(count, "waiting failed") : count;
}

EXPORT int32_t alster_dds_guid(intptr_t handle, uint8_t guid[16])
{
    begin_call();
    dds_guid_t value;
    const dds_return_t status = dds_get_guid(entity(handle), &value);
    if (status < 0) return fail(status, "an entity has no GUID");
    memcpy(guid, value.v, sizeof(value.v));
    return 0;
}

EXPORT int32_t alster_dds_instance_handle(intptr_t handle, uint64_t *instance)
{
    begin_call();
    dds_instance_handle_t value;
    const dds_return_t status = dds_get_instance_handle(entity(handle), &value);
    if (status < 0) return fail(status, "an entity has no instance handle");
    *instance = value;
    return 0;
}

// Endpoints of others that a reader or writer is connected to. `refused` counts those whose QoS does not fit, `policy` is the last reason.
EXPORT int32_t alster_dds_matched(intptr_t handle, int32_t is_writer, int32_t *refused, int32_t *policy)
{
    begin_call();
    if (is_writer) {
        dds_publication_matched_status_t matched;
        dds_offered_incompatible_qos_status_t incompatible;
        dds_return_t status = dds_get_publication_matched_status(entity(handle), &matched);
        if (status >= 0) status = dds_get_offered_incompatible_qos_status(entity(handle), &incompatible);
        if (status < 0) return fail(status, "a writer's matches are unknown");
        *refused = (int32_t)incompatible.total_count;
        *policy = (int32_t)incompatible.last_policy_id;
        return (int32_t)matched.current_count;
    }
    dds_subscription_matched_status_t matched;
    dds_requested_incompatible_qos_status_t incompatible;
    dds_return_t status = dds_get_subscription_matched_status(entity(handle), &matched);
    if (status >= 0) status = dds_get_requested_incompatible_qos_status(entity(handle), &incompatible);
    if (status < 0) return fail(status, "a reader's matches are unknown");
    *refused = (int32_t)incompatible.total_count;
    *policy = (int32_t)incompatible.last_policy_id;
    return (int32_t)matched.current_count;
}
