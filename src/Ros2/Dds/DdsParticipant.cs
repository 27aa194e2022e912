using System.Text;

namespace AlsterNode.Ros2.Dds;

/// <summary>A participant in a DDS domain with its two threads: one receives, one publishes.</summary>
internal sealed class DdsParticipant : IDisposable
{
    private readonly DdsDomain _domain;

    /// <param name="environment">Domain, settings and security.</param>
    /// <param name="enclave">The enclave whose keys are used, and announced: <c>/</c> unless given.</param>
    /// <param name="name">The node, for the threads' names.</param>
    /// <param name="report">Told of what goes wrong in callbacks.</param>
    /// <param name="reportDds">Told of what Cyclone warns of.</param>
    public DdsParticipant(RosEnvironment environment, string enclave, string name, Action<string> report, Action<string> reportDds)
    {
        _domain = DdsDomain.Enter(environment.DomainId, environment.DdsConfiguration());
        try
        {
            var userData = Encoding.UTF8.GetBytes($"enclave={enclave};");
            var properties = environment.Security is { } keystore ? keystore.Properties(enclave, Path.GetDirectoryName(Native.CycloneLibrary())) : [];
            Entity = Native.Created(Native.CreateParticipant((uint)environment.DomainId, userData, (ulong)userData.Length, properties, properties.Length / 2));
        }
        catch
        {
            _domain.Dispose();
            throw;
        }
        Id = Entity.Id;
        Loop = new EventLoop(Entity, $"{name} receive", report, reportDds);
        Publishing = new PublishingThread($"{name} publish");
    }

    public DdsEntity Entity { get; }

    public EntityId Id { get; }

    public EventLoop Loop { get; }

    public PublishingThread Publishing { get; }

    public void Dispose()
    {
        Loop.Dispose();
        Publishing.Dispose();
        Entity.Dispose();
        _domain.Dispose();
    }
}
