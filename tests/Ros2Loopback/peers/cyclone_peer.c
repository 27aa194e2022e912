// A peer with Cyclone's own type support (idlc): echoes texts and blobs, names the images it hears, adds numbers, and on
// the text "call" has them added, until it is stopped.
// Usage: cyclone_peer DOMAIN CONFIGURATION
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <dds/dds.h>
#include "ros.h"

static volatile sig_atomic_t stopped;

static void stop(int signal) { stopped = signal; }

static void check(dds_return_t status, const char *what)
{
    if (status >= 0) return;
    fprintf(stderr, "%s: %s\n", what, dds_strretcode(status));
    exit(1);
}

static dds_entity_t topic(dds_entity_t participant, const dds_topic_descriptor_t *type, const char *name)
{
    const dds_entity_t created = dds_create_topic(participant, type, name, NULL, NULL);
    check(created, name);
    return created;
}

static dds_entity_t reader(dds_entity_t participant, const dds_topic_descriptor_t *type, const char *name, const dds_qos_t *qos)
{
    const dds_entity_t created = dds_create_reader(participant, topic(participant, type, name), qos, NULL);
    check(created, name);
    return created;
}

static dds_entity_t writer(dds_entity_t participant, const dds_topic_descriptor_t *type, const char *name, const dds_qos_t *qos)
{
    const dds_entity_t created = dds_create_writer(participant, topic(participant, type, name), qos, NULL);
    check(created, name);
    return created;
}

int main(int argc, char **argv)
{
    if (argc != 3) return 2;
    signal(SIGTERM, stop);
    const dds_domainid_t domain = (dds_domainid_t)atoi(argv[1]);
    check(dds_create_domain(domain, argv[2]), "domain");
    const dds_entity_t participant = dds_create_participant(domain, NULL, NULL);
    check(participant, "participant");

    dds_qos_t *qos = dds_create_qos();
    dds_qset_reliability(qos, DDS_RELIABILITY_RELIABLE, DDS_SECS(10));
    dds_qset_history(qos, DDS_HISTORY_KEEP_ALL, 0);
    const dds_entity_t texts = reader(participant, &std_msgs_msg_dds__String__desc, "rt/text_to_peer", qos);
    const dds_entity_t echoed_texts = writer(participant, &std_msgs_msg_dds__String__desc, "rt/text_from_peer", qos);
    const dds_entity_t blobs = reader(participant, &test_msgs_msg_dds__Blob__desc, "rt/blob_to_peer", qos);
    const dds_entity_t echoed_blobs = writer(participant, &test_msgs_msg_dds__Blob__desc, "rt/blob_from_peer", qos);
    const dds_entity_t requests = reader(participant, &example_interfaces_srv_dds__AddTwoInts_Request__desc, "rq/peer/addRequest", qos);
    const dds_entity_t replies = writer(participant, &example_interfaces_srv_dds__AddTwoInts_Response__desc, "rr/peer/addReply", qos);
    const dds_entity_t calls = writer(participant, &example_interfaces_srv_dds__AddTwoInts_Request__desc, "rq/node/addRequest", qos);
    const dds_entity_t answers = reader(participant, &example_interfaces_srv_dds__AddTwoInts_Response__desc, "rr/node/addReply", qos);
    dds_qset_reliability(qos, DDS_RELIABILITY_BEST_EFFORT, 0);
    const dds_entity_t images = reader(participant, &test_msgs_msg_dds__Blob__desc, "rt/image_to_peer", qos);
    dds_qset_reliability(qos, DDS_RELIABILITY_RELIABLE, DDS_SECS(10));
    dds_qset_durability(qos, DDS_DURABILITY_TRANSIENT_LOCAL);
    const dds_entity_t latched = writer(participant, &std_msgs_msg_dds__String__desc, "rt/latched_from_peer", qos);
    dds_delete_qos(qos);

    const std_msgs_msg_dds__String_ greeting = { .data = "latched by a peer" };
    check(dds_write(latched, &greeting), "latched");

    const dds_entity_t waitset = dds_create_waitset(participant);
    const dds_entity_t readers[] = { texts, blobs, images, requests, answers };
    for (int i = 0; i < 5; i++) check(dds_waitset_attach(waitset, dds_create_readcondition(readers[i], DDS_ANY_STATE), 0), "waitset");
    while (!stopped) {
        void *sample = NULL;
        dds_sample_info_t info;
        dds_waitset_wait(waitset, NULL, 0, DDS_MSECS(100));
        while (dds_take(texts, &sample, &info, 1, 1) > 0) {
            if (info.valid_data) check(dds_write(echoed_texts, sample), "text");
            if (info.valid_data && strcmp(((const std_msgs_msg_dds__String_ *)sample)->data, "call") == 0) {
                const example_interfaces_srv_dds__AddTwoInts_Request_ call = { 0x123456789abcdef0u, 42, 30, 12 };
                check(dds_write(calls, &call), "call");
            }
            dds_return_loan(texts, &sample, 1);
        }
        sample = NULL;
        while (dds_take(blobs, &sample, &info, 1, 1) > 0) {
            if (info.valid_data) check(dds_write(echoed_blobs, sample), "blob");
            dds_return_loan(blobs, &sample, 1);
        }
        sample = NULL;
        while (dds_take(images, &sample, &info, 1, 1) > 0) {
            if (info.valid_data) {
                char text[40];
                snprintf(text, sizeof(text), "image %llu", (unsigned long long)((const test_msgs_msg_dds__Blob_ *)sample)->number);
                const std_msgs_msg_dds__String_ said = { text };
                check(dds_write(echoed_texts, &said), "image");
            }
            dds_return_loan(images, &sample, 1);
        }
        sample = NULL;
        while (dds_take(requests, &sample, &info, 1, 1) > 0) {
            if (info.valid_data) {
                const example_interfaces_srv_dds__AddTwoInts_Request_ *request = sample;
                const example_interfaces_srv_dds__AddTwoInts_Response_ reply = { request->client, request->number, request->a + request->b };
                check(dds_write(replies, &reply), "reply");
            }
            dds_return_loan(requests, &sample, 1);
        }
        sample = NULL;
        while (dds_take(answers, &sample, &info, 1, 1) > 0) {
            if (info.valid_data) {
                const example_interfaces_srv_dds__AddTwoInts_Response_ *answer = sample;
                char text[100];
                snprintf(text, sizeof(text), "client %llx, number %lld, sum %lld", (unsigned long long)answer->client, (long long)answer->number, (long long)answer->sum);
                const std_msgs_msg_dds__String_ said = { text };
                check(dds_write(echoed_texts, &said), "answer");
            }
            dds_return_loan(answers, &sample, 1);
        }
    }
    dds_delete(DDS_CYCLONEDDS_HANDLE);
    return 0;
}
