using System.Text;
using AlsterNode.Core;
using AlsterNode.Datasets.Rosbag2;
using AlsterNode.Ros2.Cdr;
using AlsterNode.Ros2.Messages.Tf2Msgs;
using AlsterNode.Tests.TestSupport;

namespace AlsterNode.Tests.Unit.Datasets.Rosbag2;

public class BagWriterTests
{
    [Theory]
    [InlineData(BagStorage.Mcap)]
    [InlineData(BagStorage.Sqlite)]
    public void WhatIsWrittenIsRead(BagStorage storage)
    {
        using var folder = new TemporaryFolder();
        var written = SampleBag.Write(folder["bag"], storage);

        using var reader = BagReader.Open(folder["bag"]);
        var read = reader.Read().ToList();
        Assert.Equal(written.OrderBy(message => message.LogTime).Select(message => (message.Topic, message.LogTime, Convert.ToHexString(message.Payload))),
            read.Select(message => (message.Topic.Name, message.LogTime, Convert.ToHexString(message.Payload.Span))));
        Assert.Equal(written.Count, reader.MessageCount);
        Assert.Equal(["/camera/color/image_raw", "/chatter", "/tf_static"], reader.Topics.Select(topic => topic.Name));
        Assert.Equal(SampleBag.Topic<TFMessage>("/tf_static", transientLocal: true), reader.Topics.Last());
        foreach (var message in read.Where((_, i) => i % 7 == 0).Reverse()) Assert.True(message.Payload.Span.SequenceEqual(reader.ReadAt(message.Place).Span));
        Assert.Empty(reader.Problems);
    }

    [Fact]
    public void MetadataIsThatOfVersion9()
    {
        using var folder = new TemporaryFolder();
        SampleBag.Write(folder["bag"], BagStorage.Mcap);
        var metadata = BagMetadata.Read(folder["bag"]);
        Assert.Equal((9, "mcap", 120), (metadata.Version, metadata.Storage, metadata.MessageCount));
        Assert.Equal(["bag_0.mcap"], metadata.Files);
        Assert.Equal(1, metadata.Counts["/tf_static"]);
        Assert.Contains("          - history: keep_last\n            depth: 1\n", File.ReadAllText(folder["bag/metadata.yaml"]));
    }

    [Fact]
    public void AnMcapFileWithoutItsEndIsReadAsFarAsItGoes()
    {
        using var folder = new TemporaryFolder();
        SampleBag.Write(folder["bag"], BagStorage.Mcap);
        var whole = File.ReadAllBytes(folder["bag/bag_0.mcap"]);
        using var wholeReader = BagReader.Open(folder["bag"]);
        var all = wholeReader.Read().Select(message => message.LogTime).ToList();
        var counts = new List<int>();
        foreach (var share in new[] { 1.0, 0.9, 0.5, 0.2 })
        {
            File.WriteAllBytes(folder["cut.mcap"], whole[..(int)((whole.Length - 1) * share)]);
            using var reader = BagReader.Open(folder["cut.mcap"]);
            var read = reader.Read().Select(message => message.LogTime).ToList();
            Assert.Empty(read.Except(all));
            Assert.NotEmpty(reader.Problems);
            Assert.Null(reader.MessageCount);
            counts.Add(read.Count);
        }
        Assert.Equal(all.Count, counts[0]); // only the last byte is missing
        Assert.Equal(counts.OrderDescending(), counts);
        Assert.True(counts[^1] < counts[0], "A fifth of a file holds fewer messages than all of it.");
    }

    [Fact]
    public void ADamagedChunkIsLeftOutAndNamed()
    {
        using var folder = new TemporaryFolder();
        SampleBag.Write(folder["bag"], BagStorage.Mcap);
        var bytes = File.ReadAllBytes(folder["bag/bag_0.mcap"]);
        bytes[bytes.Length / 3] ^= 0x5A;
        File.WriteAllBytes(folder["bag/bag_0.mcap"], bytes);
        using var reader = BagReader.Open(folder["bag"]);
        Assert.InRange(reader.Read().Count(), 1, 119);
        Assert.Contains("was left out", Assert.Single(reader.Problems));
    }

    [Fact]
    public void ABagMayBeSplitAndLieThereWithoutMetadata()
    {
        using var folder = new TemporaryFolder();
        for (var part = 0; part < 11; part++)
        {
            using var writer = new BagWriter(folder[$"part{part}"]);
            writer.Write(writer.AddTopic(SampleBag.Topic<AlsterNode.Ros2.Messages.StdMsgs.String>("/chatter")), part, new AlsterNode.Ros2.Messages.StdMsgs.String { Data = $"{part}" }.ToPayload());
            writer.Finish();
            Directory.CreateDirectory(folder["split"]);
            File.Move(folder[$"part{part}/part{part}_0.mcap"], folder[$"split/split_{part}.mcap"]);
        }
        using var reader = BagReader.Open(folder["split"]);
        Assert.Equal(Enumerable.Range(0, 11).Select(part => (long)part), reader.Read().Select(message => message.LogTime));
    }

    [Fact]
    public void AnExistingFolderIsNotOverwritten()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["something"], "");
        Assert.Contains("exists already", Assert.Throws<InputException>(() => new BagWriter(folder.FullName)).Message);
    }

    [Fact]
    public void OtherFilesAreRefusedInWords()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["a.mcap"], "no bag at all");
        File.WriteAllText(folder["metadata.yaml"], "rosbag2_bagfile_information:\n  relative_file_paths: [../../etc/passwd]\n");
        Assert.Contains("expected an MCAP or SQLite file", Assert.Throws<InputException>(() => BagReader.Open(folder["a.mcap"])).Message);
        Assert.Contains("outside of the bag", Assert.Throws<InputException>(() => BagReader.Open(folder.FullName)).Message);
        File.WriteAllText(folder["metadata.yaml"], "rosbag2_bagfile_information: " + new string('[', 100_000));
        Assert.Contains("is no YAML", Assert.Throws<InputException>(() => BagReader.Open(folder.FullName)).Message);
    }

    [Fact]
    public void CrcIsThatOfZlib() => Assert.Equal(0xCBF43926u, Crc32.Of(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void CrcGoesOnWhereItStopped() => Assert.Equal(0xCBF43926u, Crc32.Continue(Crc32.Of("1234"u8), "56789"u8));
}
