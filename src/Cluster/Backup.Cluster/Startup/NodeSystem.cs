using System.Net.Sockets;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Cluster.Tools.Singleton;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote.Transport.DotNetty;
using Backup.Cluster.Membership;
using Backup.Cluster.Wire;
using Backup.Messages.Wire;

namespace Backup.Cluster.Startup;

/// <summary>Makes the actor system of a node: settings, protocols, journal.</summary>
public static class NodeSystem
{
    /// <summary>The name every member of one installation shares.</summary>
    public const string Name = "backup";

    /// <summary>
    /// A system whose persistent actors live in the given journal. Throws <see cref="JournalException"/> with one line where it cannot be
    /// used.
    /// </summary>
    public static ActorSystem Create(WireMap protocols, JournalStore journal) =>
        ActorSystem.Create(Name, Setup(protocols, journal.Settings().WithFallback(Basics)));

    /// <summary>
    /// A system that is a member of the cluster, with persistent actors where it has a journal. <paramref name="tuning"/> is laid over the
    /// settings of the product (tests are faster). Throws <see cref="MembershipException"/> or <see cref="JournalException"/> with one
    /// line.
    /// </summary>
    public static ActorSystem CreateMember(WireMap protocols, MemberSettings member, JournalStore? journal, string tuning = "")
    {
        ArgumentNullException.ThrowIfNull(member);
        member.Check();
        Config config = ConfigurationFactory.ParseString(tuning)
            .WithFallback(ConfigurationFactory.ParseString(Addressed(member)))
            .WithFallback(ConfigurationFactory.ParseString(Resource("cluster.conf")));
        if (journal is not null) config = config.WithFallback(journal.Settings());
        ActorSystemSetup setup = Setup(protocols, config.WithFallback(Basics).WithFallback(ClusterSingleton.DefaultConfig()));
        if (member.Security is { } security) setup = setup.And(Tls(security));
        try
        {
            ActorSystem system = ActorSystem.Create(Name, setup);
            system.ActorOf(MembershipActor.Props(member, TimeProvider.System), "membership");
            return system;
        }
        catch (Exception e) when (SocketFault(e) is { } socket)
        {
            throw new MembershipException($"cluster-listen {member.Listen} cannot be used: {socket.Message}; give node {member.Node} "
                + "another address or end the program that has it", e);
        }
    }

    /// <summary>What the sockets said, below however many layers of others; null where they said nothing.</summary>
    private static SocketException? SocketFault(Exception? e)
    {
        while (e is not null and not SocketException) e = e.InnerException;
        return (SocketException?)e;
    }

    /// <summary>A system without a journal, for a client node.</summary>
    public static ActorSystem CreateWithoutJournal(string name, WireMap protocols) => ActorSystem.Create(name, Setup(protocols, Basics));

    private static Config Basics => ConfigurationFactory.ParseString(Resource("reference.conf"))
        .WithFallback(ConfigurationFactory.ParseString(Resource("dispatchers.conf")));

    private static ActorSystemSetup Setup(WireMap protocols, Config config)
    {
        var wire = new WireSetup(protocols);
        return ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config), wire, wire.Serialization);
    }

    private static string Addressed(MemberSettings member)
    {
        (string host, int port) = MemberSettings.Split(member.Listen);
        (string publicHost, int publicPort) = MemberSettings.Split(member.Address);
        string roles = string.Join(", ", member.ClusterRoles.Select(role => $"\"{Escape(role)}\""));
        return $$"""
            akka.cluster.roles = [{{roles}}]
            akka.remote.dot-netty.tcp {
              hostname = "{{Escape(host)}}"
              port = {{port}}
              public-hostname = "{{Escape(publicHost)}}"
              public-port = {{publicPort}}
              enable-ssl = {{(member.Security is null ? "off" : "on")}}
            }
            """;
    }

    /// <summary>The validator replaces every other check of DotNetty: chain, validity, use and role are its to judge.</summary>
    private static DotNettySslSetup Tls(MemberSecurity security) => new(
        security.Certificate, suppressValidation: false, requireMutualAuthentication: true, validateCertificateHostname: false,
        customValidator: (shown, _, peer, _, log) =>
        {
            string? why = shown is null ? "no certificate was shown" : security.Refusal(shown);
            if (why is not null) log.Warning("a member's connection with {0} is refused: {1}", peer, why);
            return why is null;
        });

    /// <summary>A text as a value of HOCON.</summary>
    internal static string Quoted(string text) => $"\"{Escape(text)}\"";

    private static string Escape(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    internal static string Resource(string name)
    {
        using Stream stream = typeof(NodeSystem).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the program");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>The actors' journal cannot be used; one line for the operator.</summary>
public sealed class JournalException(string message, Exception inner) : IOException(message, inner);
