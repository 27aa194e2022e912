// An RGB-D camera as a driver publishes it, with Cyclone's own type support (idlc): colour, depth, camera infos and its pose on /tf, each frame
// with one stamp. Waits until somebody hears it, publishes the frames at their rate, waits until all are acknowledged and ends.
// Usage: camera_peer DOMAIN CONFIGURATION WIDTH HEIGHT FRAMES HZ
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <dds/dds.h>
#include "ros.h"

#define FRAME "camera"

static void check(dds_return_t status, const char *what)
{
    if (status >= 0) return;
    fprintf(stderr, "%s: %s\n", what, dds_strretcode(status));
    exit(1);
}

static dds_entity_t heard_writer(dds_entity_t participant, const dds_topic_descriptor_t *type, const char *name)
{
    dds_qos_t *qos = dds_create_qos();
    dds_qset_reliability(qos, DDS_RELIABILITY_RELIABLE, DDS_SECS(10));
    dds_qset_history(qos, DDS_HISTORY_KEEP_ALL, 0);
    const dds_entity_t writer = dds_create_writer(participant, dds_create_topic(participant, type, name, NULL, NULL), qos, NULL);
    check(writer, name);
    dds_delete_qos(qos);
    dds_publication_matched_status_t matched = { 0 };
    while (matched.current_count == 0) {
        dds_sleepfor(DDS_MSECS(10));
        check(dds_get_publication_matched_status(writer, &matched), name);
    }
    return writer;
}

static std_msgs_msg_dds__Header_ header(dds_time_t stamp, char *frame)
{
    return (std_msgs_msg_dds__Header_){ { (int32_t)(stamp / DDS_NSECS_IN_SEC), (uint32_t)(stamp % DDS_NSECS_IN_SEC) }, frame };
}

static void write_image(dds_entity_t writer, dds_time_t stamp, uint32_t width, uint32_t height, char *encoding, uint32_t pixel_bytes, uint8_t *data)
{
    const uint32_t size = width * height * pixel_bytes;
    const sensor_msgs_msg_dds__Image_ image = {
        header(stamp, FRAME), height, width, encoding, 0, width * pixel_bytes, { ._length = size, ._maximum = size, ._buffer = data }
    };
    check(dds_write(writer, &image), encoding);
}

static void write_info(dds_entity_t writer, dds_time_t stamp, uint32_t width, uint32_t height)
{
    const double f = 0.9 * width, cx = (width - 1) / 2.0, cy = (height - 1) / 2.0;
    const sensor_msgs_msg_dds__CameraInfo_ info = {
        .header = header(stamp, FRAME), .height = height, .width = width, .distortion_model = "plumb_bob",
        .k = { f, 0, cx, 0, f, cy, 0, 0, 1 }, .r = { 1, 0, 0, 0, 1, 0, 0, 0, 1 }, .p = { f, 0, cx, 0, 0, f, cy, 0, 0, 0, 1, 0 }
    };
    check(dds_write(writer, &info), "camera_info");
}

// 1.2 m above the floor, looking along the map's x axis, swaying to its sides by 20 cm.
static void write_pose(dds_entity_t writer, dds_time_t stamp)
{
    geometry_msgs_msg_dds__TransformStamped_ pose = {
        header(stamp, "map"), FRAME, { { 0, 0.2 * sin((double)stamp / DDS_NSECS_IN_SEC), 1.2 }, { -0.5, 0.5, -0.5, 0.5 } }
    };
    const tf2_msgs_msg_dds__TFMessage_ message = { { ._length = 1, ._maximum = 1, ._buffer = &pose } };
    check(dds_write(writer, &message), "tf");
}

int main(int argc, char **argv)
{
    if (argc != 7) return 2;
    const dds_domainid_t domain = (dds_domainid_t)atoi(argv[1]);
    const uint32_t width = (uint32_t)atoi(argv[3]), height = (uint32_t)atoi(argv[4]);
    const int frames = atoi(argv[5]), hz = atoi(argv[6]), warm_up = hz / 2; // poses and cameras are known when the first image comes
    check(dds_create_domain(domain, argv[2]), "domain");
    const dds_entity_t participant = dds_create_participant(domain, NULL, NULL);
    check(participant, "participant");
    const dds_entity_t tf = heard_writer(participant, &tf2_msgs_msg_dds__TFMessage__desc, "rt/tf");
    const dds_entity_t color_info = heard_writer(participant, &sensor_msgs_msg_dds__CameraInfo__desc, "rt/color/camera_info");
    const dds_entity_t depth_info = heard_writer(participant, &sensor_msgs_msg_dds__CameraInfo__desc, "rt/depth/camera_info");
    const dds_entity_t color = heard_writer(participant, &sensor_msgs_msg_dds__Image__desc, "rt/color/image_raw");
    const dds_entity_t depth = heard_writer(participant, &sensor_msgs_msg_dds__Image__desc, "rt/depth/image_rect_raw");

    uint8_t *rgb = malloc(width * height * 3);
    uint16_t *millimetres = malloc(width * height * sizeof(*millimetres));
    if (rgb == NULL || millimetres == NULL) return 1;
    for (uint32_t i = 0; i < width * height; i++) {
        const uint32_t x = i % width, y = i / width;
        millimetres[i] = (uint16_t)(1500 + 600 * x / width + 300 * y / height); // a slanted wall
        for (int c = 0; c < 3; c++) rgb[3 * i + c] = (uint8_t)((x >> (c + 2)) ^ (y >> 3));
    }

    dds_time_t next = dds_time();
    for (int frame = -warm_up; frame < frames; frame++) {
        const dds_time_t stamp = dds_time();
        write_pose(tf, stamp);
        write_info(color_info, stamp, width, height);
        write_info(depth_info, stamp, width, height);
        if (frame >= 0) {
            write_image(color, stamp, width, height, "rgb8", 3, rgb);
            write_image(depth, stamp, width, height, "16UC1", 2, (uint8_t *)millimetres);
        }
        next += DDS_NSECS_IN_SEC / hz;
        const dds_duration_t pause = next - dds_time();
        if (pause > 0) dds_sleepfor(pause);
    }
    check(dds_wait_for_acks(color, DDS_SECS(20)), "color");
    check(dds_wait_for_acks(depth, DDS_SECS(20)), "depth");
    dds_delete(DDS_CYCLONEDDS_HANDLE);
    return 0;
}
