using System.Collections.Frozen;
using Akka.Actor.Setup;
using Backup.Messages.Directors;
using Hyperion;

namespace Backup.Cluster.Wire;

/// <summary>
/// The allow-list of what directors say to each other: messages by manifest, and the types of their parts. Both lists are appended to only:
/// a place in them is a type's number on the wire.
/// </summary>
public sealed class DirectorContract : Setup, ITypeFilter
{
    private readonly FrozenDictionary<string, Type> _types;
    private readonly FrozenDictionary<Type, string> _manifests;
    private readonly FrozenSet<string> _names;

    public DirectorContract(IReadOnlyList<(string Manifest, Type Type)> messages, IReadOnlyList<Type> parts)
    {
        ArgumentNullException.ThrowIfNull(messages);
        foreach ((string manifest, Type type) in messages)
            if (!typeof(IDirectorMessage).IsAssignableFrom(type))
                throw new ArgumentException($"'{manifest}' is {type.Name}, which is no {nameof(IDirectorMessage)}", nameof(messages));
        _types = messages.ToFrozenDictionary(m => m.Manifest, m => m.Type, StringComparer.Ordinal);
        _manifests = messages.ToFrozenDictionary(m => m.Type, m => m.Manifest);
        Known = [.. messages.Select(m => m.Type), .. parts];
        // Hyperion asks for the assembly-qualified name when it writes and for a short one when it reads; its own filter knows the short
        // ones.
        FrozenSet<string> shortNames = Known.Aggregate(TypeFilterBuilder.Create(), (filter, type) => filter.Include(type)).Build()
            .FilteredTypes.ToFrozenSet(StringComparer.Ordinal);
        _names = shortNames.Concat(Known.Select(type => type.AssemblyQualifiedName!)).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Nothing: a director alone has nobody to talk to.</summary>
    public static DirectorContract Empty { get; } = new([], []);

    internal IReadOnlyList<Type> Known { get; }

    internal string? ManifestOf(Type type) => _manifests.GetValueOrDefault(type);

    internal Type? TypeOf(string manifest) => _types.GetValueOrDefault(manifest);

    public bool IsAllowed(string typeName) => _names.Contains(typeName);
}
