// Who else is in the domain: participants and endpoints, as discovery tells them.
#include "alster_dds.h"

#include <stdlib.h>
#include <string.h>

enum graph_kind { PARTICIPANTS, PUBLICATIONS, SUBSCRIPTIONS };

// Layout as in Native.cs. Texts and user data live in `memory`, freed by alster_dds_free.
typedef struct alster_endpoint {
    uint8_t guid[16], participant[16];
    int32_t alive; // 0: it is gone, and only the GUID is known
    int32_t reliable, transient_local, depth; // depth 0 keeps all
    int64_t deadline, lifespan, lease;        // [ns], INT64_MAX when unlimited
    const char *topic, *type;
    const uint8_t *user_data;
    uint64_t user_data_size;
    void *memory;
} alster_endpoint;

static size_t text_size(const char *text) { return text == NULL ? 1 : strlen(text) + 1; }

static char *put(char **memory, const void *bytes, size_t size)
{
    char *start = *memory;
    if (size > 0 && bytes != NULL) memcpy(start, bytes, size);
    *memory += size;
    return start;
}

// Copies what `out` refers to into one block. False when there is no memory.
static bool keep_texts(alster_endpoint *out, const char *topic, const char *type, const void *user_data, size_t user_data_size)
{
    const size_t topic_size = text_size(topic), type_size = text_size(type);
    char *memory = calloc(1, topic_size + type_size + user_data_size + 1);
    if (memory == NULL) return false;
    out->memory = memory;
    out->topic = put(&memory, topic, topic_size);
    out->type = put(&memory, type, type_size);
    out->user_data = (uint8_t *)put(&memory, user_data, user_data_size);
    out->user_data_size = user_data_size;
    return true;
}

static void read_policies(const dds_qos_t *qos, alster_endpoint *out)
{
    dds_reliability_kind_t reliability;
    dds_durability_kind_t durability;
    dds_history_kind_t history;
    dds_liveliness_kind_t liveliness;
    dds_duration_t duration;
    int32_t depth;
    if (dds_qget_reliability(qos, &reliability, &duration)) out->reliable = reliability == DDS_RELIABILITY_RELIABLE;
    if (dds_qget_durability(qos, &durability)) out->transient_local = durability >= DDS_DURABILITY_TRANSIENT_LOCAL;
    if (dds_qget_history(qos, &history, &depth)) out->depth = history == DDS_HISTORY_KEEP_LAST ? depth : 0;
    if (dds_qget_deadline(qos, &duration)) out->deadline = duration;
    if (dds_qget_lifespan(qos, &duration)) out->lifespan = duration;
    if (dds_qget_liveliness(qos, &liveliness, &duration)) out->lease = duration;
}

EXPORT intptr_t alster_dds_create_graph_reader(intptr_t participant, int32_t kind)
{
    begin_call();
    const dds_entity_t topic = kind == PARTICIPANTS ? DDS_BUILTIN_TOPIC_DCPSPARTICIPANT
        : kind == PUBLICATIONS ? DDS_BUILTIN_TOPIC_DCPSPUBLICATION : DDS_BUILTIN_TOPIC_DCPSSUBSCRIPTION;
    const dds_entity_t reader = dds_create_reader((dds_entity_t)participant, topic, NULL, NULL);
    return reader < 0 ? fail(reader, "a reader of the discovery topics cannot be created") : reader;
}

// Takes one change. Returns 1, or 0 when there is none.
EXPORT int32_t alster_dds_take_graph(intptr_t reader, int32_t kind, alster_endpoint *out)
{
    begin_call();
    void *value = NULL;
    dds_sample_info_t info;
    const dds_return_t count = dds_take((dds_entity_t)reader, &value, &info, 1, 1);
    if (count < 0) return fail(count, "discovery cannot be read");
    if (count == 0) return 0;

    *out = (alster_endpoint){ .alive = info.valid_data && info.instance_state == DDS_IST_ALIVE };
    const char *topic = NULL, *type = NULL;
    const dds_qos_t *qos = NULL;
    if (kind == PARTICIPANTS) {
        const dds_builtintopic_participant_t *participant = value;
        memcpy(out->guid, participant->key.v, sizeof(out->guid));
        memcpy(out->participant, participant->key.v, sizeof(out->participant));
        if (out->alive) qos = participant->qos;
    } else {
        const dds_builtintopic_endpoint_t *endpoint = value;
        memcpy(out->guid, endpoint->key.v, sizeof(out->guid));
        memcpy(out->participant, endpoint->participant_key.v, sizeof(out->participant));
        if (out->alive) {
            qos = endpoint->qos;
            topic = endpoint->topic_name;
            type = endpoint->type_name;
        }
    }

    void *user_data = NULL;
    size_t size = 0;
    if (qos != NULL) {
        dds_qget_userdata(qos, &user_data, &size);
        read_policies(qos, out);
    }
    const bool kept = keep_texts(out, topic, type, user_data, size);
    dds_free(user_data);
    dds_return_loan((dds_entity_t)reader, &value, 1);
    return kept ? 1 : fail(DDS_RETCODE_OUT_OF_RESOURCES, "discovery cannot be read");
}

EXPORT void alster_dds_free(void *memory) { free(memory); }

// The value of "clientid=" in an endpoint's user data, to be freed by dds_string_free; NULL when there is none.
static char *client_id(const dds_builtintopic_endpoint_t *endpoint)
{
    static const char key[] = "clientid=";
    void *data = NULL;
    size_t size = 0;
    char *id = NULL;
    if (endpoint->qos != NULL && dds_qget_userdata(endpoint->qos, &data, &size) && data != NULL) {
        const char *text = data; // Cyclone puts a zero behind it
        const char *start = strstr(text, key);
        if (start != NULL) {
            start += sizeof(key) - 1;
            const size_t length = strcspn(start, ";");
            id = dds_string_alloc(length);
            memcpy(id, start, length);
        }
    }
    dds_free(data);
    return id;
}

// Whether the client whose request came from `publication` can already receive a reply: 1 yes, 0 not yet, 2 the client is gone.
// Discovery may show a client's request writer before its reply reader; a reply sent in between would be lost.
EXPORT int32_t alster_dds_client_ready(intptr_t request_reader, intptr_t reply_writer, uint64_t publication)
{
    begin_call();
    dds_builtintopic_endpoint_t *writer = dds_get_matched_publication_data((dds_entity_t)request_reader, publication);
    if (writer == NULL) return 2;
    char *wanted = client_id(writer);
    dds_builtintopic_free_endpoint(writer);
    if (wanted == NULL) return 1; // a client that does not say who it is: nothing to wait for

    enum { MOST = 256 };
    dds_instance_handle_t handles[MOST];
    int32_t ready = 0;
    const dds_return_t count = dds_get_matched_subscriptions((dds_entity_t)reply_writer, handles, MOST);
    for (dds_return_t i = 0; i < count && i < MOST && !ready; i++) {
        dds_builtintopic_endpoint_t *reader = dds_get_matched_subscription_data((dds_entity_t)reply_writer, handles[i]);
        if (reader == NULL) continue;
        char *id = client_id(reader);
        ready = id != NULL && strcmp(id, wanted) == 0;
        dds_string_free(id);
        dds_builtintopic_free_endpoint(reader);
    }
    dds_string_free(wanted);
    return count < 0 ? fail(count, "a service's clients are unknown") : ready;
}
