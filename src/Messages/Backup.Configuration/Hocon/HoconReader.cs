namespace Backup.Configuration.Hocon;

/// <summary>What stands outside the texts: files to include and the environment.</summary>
internal sealed record HoconSources(Func<string, string?> Open, Func<string, string?> Environment);

/// <summary>Files, and what they include, to one object with all substitutions made. Mistakes are collected; nothing is thrown.</summary>
internal sealed class HoconReader(HoconSources sources, MistakeList mistakes)
{
    private const int IncludeDepthMax = 16;
    private const int FilesMax = 256;
    private const int FileCharactersMax = 1024 * 1024;

    private readonly List<string> _open = [];
    private int _files;

    public static HoconObject Read(IReadOnlyList<ConfigurationText> files, HoconSources sources, MistakeList mistakes)
    {
        var reader = new HoconReader(sources, mistakes);
        var root = new HoconObject(new SourcePosition(files.Count > 0 ? files[0].Name : "", 1, 1));
        foreach (ConfigurationText file in files) reader.ReadInto(root, file, 0);
        return mistakes.IsEmpty ? new HoconResolver(root, sources.Environment, mistakes).Resolve() : root;
    }

    private void ReadInto(HoconObject target, ConfigurationText file, int depth)
    {
        mistakes.Opened(file.Name);
        var start = new SourcePosition(file.Name, 1, 1);
        if (file.Text.Length > FileCharactersMax)
        {
            mistakes.Add(start, "", $"the file has {file.Text.Length} characters; at most {FileCharactersMax} are read");
            return;
        }
        _open.Add(file.Name);
        try
        {
            new HoconParser(file.Name, file.Text, mistakes, Include).ReadInto(target, depth);
        }
        catch (HoconSyntaxException e)
        {
            mistakes.Add(e.Position, "", e.Message);
        }
        _open.RemoveAt(_open.Count - 1);
    }

    private void Include(IncludePlace place, string name)
    {
        SourcePosition position = place.Position;
        string path = Beside(position.File, name);
        if (_open.Contains(path)) mistakes.Add(position, "", $"'{path}' includes itself");
        else if (_open.Count > IncludeDepthMax) mistakes.Add(position, "", $"includes are nested more than {IncludeDepthMax} deep");
        else if (++_files > FilesMax) mistakes.Add(position, "", $"more than {FilesMax} files are included");
        else if (sources.Open(path) is { } text) ReadInto(place.Target, new ConfigurationText(path, text), place.Depth);
        else mistakes.Add(position, "", $"'{path}' is included and cannot be read");
    }

    /// <summary>A relative name is one beside the file that names it.</summary>
    private static string Beside(string file, string name)
    {
        int slash = file.LastIndexOf('/');
        return name.StartsWith('/') || slash < 0 ? name : file[..(slash + 1)] + name;
    }
}
