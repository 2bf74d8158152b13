using System.Text;

namespace Backup.Configuration.Hocon;

/// <summary>Puts values in the place of substitutions. Every written value is resolved once, so that work stays in proportion to the
/// text.</summary>
internal sealed class HoconResolver(HoconObject root, Func<string, string?> environment, MistakeList mistakes)
{
    private const int TextCharactersMax = 64 * 1024;
    private const int ChainMax = 64;

    private readonly Dictionary<HoconValue, HoconValue?> _known = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<HoconValue> _inWork = new(ReferenceEqualityComparer.Instance);

    public HoconObject Resolve() => (HoconObject)(Of(root) ?? root);

    /// <summary>The value without substitutions; null where an optional one leads nowhere, or where a mistake was reported.</summary>
    private HoconValue? Of(HoconValue value)
    {
        if (value is HoconScalar) return value;
        if (_known.TryGetValue(value, out HoconValue? known)) return known;
        bool tooDeep = _inWork.Count > ChainMax;
        if (tooDeep || !_inWork.Add(value))
        {
            mistakes.Add(value.Position, "", tooDeep
                ? $"substitutions and values lie more than {ChainMax} deep in each other" : "a substitution leads back to itself");
            return null;
        }
        HoconValue? resolved = value switch
        {
            HoconArray array => new HoconArray(array.Position, [.. array.Items.Select(Of).OfType<HoconValue>()]),
            HoconObject fields => OfObject(fields),
            HoconReference reference => OfReference(reference),
            HoconConcatenation pieces => OfPieces(pieces),
            _ => value,
        };
        _inWork.Remove(value);
        return _known[value] = resolved;
    }

    private HoconObject OfObject(HoconObject written)
    {
        var resolved = new HoconObject(written.Position);
        foreach (HoconField field in written.Fields)
            if (Of(field.Value) is { } value) resolved.Set(field with { Value = value });
        return resolved;
    }

    private HoconValue? OfReference(HoconReference reference)
    {
        if (Find(reference.Path) is { } found)
        {
            HoconValue? value = Of(found);
            return value is HoconScalar text ? new HoconScalar(reference.Position, text.Text) : value;
        }
        if (environment(reference.Name) is { } set) return new HoconScalar(reference.Position, set);
        if (!reference.Optional)
            mistakes.Add(reference.Position, "",
                $"${{{reference.Name}}}: nothing is defined under that path, and the environment has no such variable");
        return null;
    }

    private HoconValue? Find(IReadOnlyList<string> path)
    {
        HoconValue? at = root;
        foreach (string name in path) at = (at as HoconObject)?.Find(name)?.Value;
        return at;
    }

    private HoconScalar? OfPieces(HoconConcatenation written)
    {
        var text = new StringBuilder();
        foreach (HoconValue piece in written.Pieces)
        {
            HoconValue? value = Of(piece);
            if (value is not (null or HoconScalar))
            {
                mistakes.Add(piece.Position, "", "an object or array cannot stand beside text");
                return null;
            }
            text.Append((value as HoconScalar)?.Text);
            if (text.Length <= TextCharactersMax) continue;
            mistakes.Add(written.Position, "", $"the text becomes longer than {TextCharactersMax} characters");
            return null;
        }
        return new HoconScalar(written.Position, text.ToString());
    }
}
