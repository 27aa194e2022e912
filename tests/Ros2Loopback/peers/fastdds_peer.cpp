// A peer by another vendor: eProsima Fast DDS with types that fastddsgen made. Reads messages into its own structs and sends
// them back, until it is stopped.
// Usage: fastdds_peer DOMAIN
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

#include <fastdds/dds/domain/DomainParticipant.hpp>
#include <fastdds/dds/domain/DomainParticipantFactory.hpp>
#include <fastdds/dds/publisher/DataWriter.hpp>
#include <fastdds/dds/publisher/Publisher.hpp>
#include <fastdds/dds/subscriber/DataReader.hpp>
#include <fastdds/dds/subscriber/DataReaderListener.hpp>
#include <fastdds/dds/subscriber/SampleInfo.hpp>
#include <fastdds/dds/subscriber/Subscriber.hpp>
#include <fastdds/rtps/transport/UDPv4TransportDescriptor.h>
#include <fastrtps/utils/IPLocator.h>

#include "rosPubSubTypes.h"

using namespace eprosima::fastdds::dds;

static volatile sig_atomic_t stopped;

template <typename Message>
struct Echo : DataReaderListener {
    DataWriter *writer = nullptr;

    void on_data_available(DataReader *reader) override
    {
        Message message;
        SampleInfo info;
        while (reader->take_next_sample(&message, &info) == ReturnCode_t::RETCODE_OK)
            if (info.valid_data && !writer->write(&message)) std::cerr << "an echo was refused\n";
    }
};

template <typename T>
static T *made(T *entity, const std::string &what)
{
    if (entity != nullptr) return entity;
    std::cerr << what << " cannot be created\n";
    std::exit(1);
}

template <typename Message, typename PubSubType>
static void echo(DomainParticipant *participant, const std::string &name)
{
    const std::string from = "rt/" + name + "_to_peer", to = "rt/" + name + "_from_peer";
    TypeSupport type(new PubSubType());
    type.register_type(participant);
    const auto topic_in = made(participant->create_topic(from, type.get_type_name(), TOPIC_QOS_DEFAULT), from);
    const auto topic_out = made(participant->create_topic(to, type.get_type_name(), TOPIC_QOS_DEFAULT), to);

    DataWriterQos writer_qos;
    writer_qos.reliability().kind = RELIABLE_RELIABILITY_QOS;
    writer_qos.reliability().max_blocking_time = {60, 0}; // the default refuses after 100 ms, which a busy machine takes
    writer_qos.reliable_writer_qos().times.heartbeatPeriod = {0, 100'000'000}; // not 3 s: see Settling in PeerTests.cs
    writer_qos.history().kind = KEEP_ALL_HISTORY_QOS;
    writer_qos.publish_mode().kind = ASYNCHRONOUS_PUBLISH_MODE; // samples larger than a packet want it
    writer_qos.endpoint().history_memory_policy = eprosima::fastrtps::rtps::DYNAMIC_RESERVE_MEMORY_MODE;
    auto *listener = new Echo<Message>();
    listener->writer = made(made(participant->create_publisher(PUBLISHER_QOS_DEFAULT), "publisher")->create_datawriter(topic_out, writer_qos), to);

    DataReaderQos reader_qos;
    reader_qos.reliability().kind = RELIABLE_RELIABILITY_QOS;
    reader_qos.history().kind = KEEP_ALL_HISTORY_QOS;
    reader_qos.endpoint().history_memory_policy = eprosima::fastrtps::rtps::DYNAMIC_RESERVE_MEMORY_MODE;
    made(made(participant->create_subscriber(SUBSCRIBER_QOS_DEFAULT), "subscriber")->create_datareader(topic_in, reader_qos, listener), from);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    std::signal(SIGTERM, [](int signal) { stopped = signal; });

    DomainParticipantQos qos = PARTICIPANT_QOS_DEFAULT;
    auto udp = std::make_shared<eprosima::fastdds::rtps::UDPv4TransportDescriptor>();
    udp->interfaceWhiteList.push_back("127.0.0.1");
    qos.transport().use_builtin_transports = false;
    qos.transport().user_transports.push_back(udp);
    eprosima::fastrtps::rtps::Locator_t here;
    eprosima::fastrtps::rtps::IPLocator::setIPv4(here, "127.0.0.1");
    qos.wire_protocol().builtin.initialPeersList.push_back(here);
    auto *participant = made(DomainParticipantFactory::get_instance()->create_participant(std::atoi(argv[1]), qos), "participant");

#define ECHO(package, type, name) echo<package::msg::dds_::type, package::msg::dds_::type##PubSubType>(participant, name)
    ECHO(std_msgs, String_, "text");
    ECHO(test_msgs, Blob_, "blob");
    ECHO(sensor_msgs, Image_, "image");
    ECHO(sensor_msgs, CameraInfo_, "camera_info");
    ECHO(sensor_msgs, PointCloud2_, "points");
    ECHO(tf2_msgs, TFMessage_, "tf");
    ECHO(alster_msgs, SemanticVoxelMap_, "semantic_map");
    while (!stopped) usleep(100'000);
    return 0;
}
